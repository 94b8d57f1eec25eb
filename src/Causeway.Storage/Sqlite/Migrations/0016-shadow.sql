-- What vendors say was used and billed, beside what was booked here. day counts days since 1970, UTC; empty text where an export does not say.
CREATE TABLE shadow_imports (
  id           BLOB    NOT NULL PRIMARY KEY,
  at           INTEGER NOT NULL,
  actor        TEXT    NOT NULL,
  format       TEXT    NOT NULL,
  file         TEXT    NOT NULL,
  digest       BLOB    NOT NULL,
  account      TEXT    NOT NULL,
  records      INTEGER NOT NULL,
  line_count   INTEGER NOT NULL,
  first_day    INTEGER NOT NULL,
  last_day     INTEGER NOT NULL,
  window_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX shadow_imports_by_digest ON shadow_imports (digest);

-- Which import speaks for a day of an account and project in one kind of export. Lines of others are not seen.
CREATE TABLE shadow_windows (
  format    TEXT    NOT NULL,
  vendor    TEXT    NOT NULL,
  account   TEXT    NOT NULL,
  project   TEXT    NOT NULL,
  day       INTEGER NOT NULL,
  import_id BLOB    NOT NULL,
  PRIMARY KEY (format, vendor, account, project, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX shadow_windows_by_import ON shadow_windows (import_id);

CREATE TABLE shadow_lines (
  import_id         BLOB    NOT NULL,
  no                INTEGER NOT NULL,
  format            TEXT    NOT NULL,
  day               INTEGER NOT NULL,
  vendor            TEXT    NOT NULL,
  account           TEXT    NOT NULL,
  project           TEXT    NOT NULL,
  api_key           TEXT    NOT NULL,
  user_name         TEXT    NOT NULL,
  model             TEXT    NOT NULL,
  region            TEXT    NOT NULL,
  item              TEXT    NOT NULL,
  currency          TEXT    NOT NULL,
  requests          INTEGER NOT NULL,
  input_tokens      INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  output_tokens     INTEGER NOT NULL,
  bytes             INTEGER NOT NULL,
  cost_nano         INTEGER,
  PRIMARY KEY (import_id, no)
) STRICT, WITHOUT ROWID;

-- Whose an account, a project or a key is: a team's, or one of Causeway's own providers'.
CREATE TABLE shadow_claims (
  vendor   TEXT    NOT NULL,
  account  TEXT    NOT NULL,
  project  TEXT    NOT NULL,
  api_key  TEXT    NOT NULL,
  team     TEXT,
  provider TEXT,
  note     TEXT,
  actor    TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (vendor, account, project, api_key)
) STRICT, WITHOUT ROWID;
