-- What vendors say was used and billed, beside what was booked here. day counts days since 1970, UTC; empty text where an export does not say.
CREATE TABLE shadow_imports (
  id           uuid    NOT NULL PRIMARY KEY,
  at           bigint  NOT NULL,
  actor        text COLLATE "C" NOT NULL,
  format       text COLLATE "C" NOT NULL,
  file         text COLLATE "C" NOT NULL,
  digest       bytea   NOT NULL,
  account      text COLLATE "C" NOT NULL,
  records      bigint  NOT NULL,
  line_count   bigint  NOT NULL,
  first_day    bigint  NOT NULL,
  last_day     bigint  NOT NULL,
  window_count bigint  NOT NULL
);

CREATE INDEX shadow_imports_by_digest ON shadow_imports (digest);

-- Which import speaks for a day of an account and project in one kind of export. Lines of others are not seen.
CREATE TABLE shadow_windows (
  format    text COLLATE "C" NOT NULL,
  vendor    text COLLATE "C" NOT NULL,
  account   text COLLATE "C" NOT NULL,
  project   text COLLATE "C" NOT NULL,
  day       bigint  NOT NULL,
  import_id uuid    NOT NULL,
  PRIMARY KEY (format, vendor, account, project, day)
);

CREATE INDEX shadow_windows_by_import ON shadow_windows (import_id);

CREATE TABLE shadow_lines (
  import_id         uuid    NOT NULL,
  no                bigint  NOT NULL,
  format            text COLLATE "C" NOT NULL,
  day               bigint  NOT NULL,
  vendor            text COLLATE "C" NOT NULL,
  account           text COLLATE "C" NOT NULL,
  project           text COLLATE "C" NOT NULL,
  api_key           text COLLATE "C" NOT NULL,
  user_name         text COLLATE "C" NOT NULL,
  model             text COLLATE "C" NOT NULL,
  region            text COLLATE "C" NOT NULL,
  item              text COLLATE "C" NOT NULL,
  currency          text COLLATE "C" NOT NULL,
  requests          bigint  NOT NULL,
  input_tokens      bigint  NOT NULL,
  cache_read_tokens bigint  NOT NULL,
  output_tokens     bigint  NOT NULL,
  bytes             bigint  NOT NULL,
  cost_nano         bigint,
  PRIMARY KEY (import_id, no)
);

-- Whose an account, a project or a key is: a team's, or one of Causeway's own providers'.
CREATE TABLE shadow_claims (
  vendor   text COLLATE "C" NOT NULL,
  account  text COLLATE "C" NOT NULL,
  project  text COLLATE "C" NOT NULL,
  api_key  text COLLATE "C" NOT NULL,
  team     text COLLATE "C",
  provider text COLLATE "C",
  note     text COLLATE "C",
  actor    text COLLATE "C" NOT NULL,
  at       bigint  NOT NULL,
  PRIMARY KEY (vendor, account, project, api_key)
);
