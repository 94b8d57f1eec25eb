-- Teams and features come into being with their first key. Times are Unix milliseconds, UTC: to_timestamp(created_at / 1000.0). Words are kept with
-- '\' as '\\' and U+0000 as '\0', since PostgreSQL's text holds no U+0000, and are compared byte by byte.

CREATE TABLE teams (
  name       text   COLLATE "C" NOT NULL PRIMARY KEY,
  created_at bigint NOT NULL
);

CREATE TABLE features (
  team       text   COLLATE "C" NOT NULL REFERENCES teams (name),
  name       text   COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (team, name)
);

-- A secret is never here: hash is its SHA-256, shown its first characters. A capability key is found by its id, an opaque one by its hash. Without a
-- grant the default grant of the key's team holds. created_by is the name of an operator.
CREATE TABLE keys (
  id          uuid    NOT NULL PRIMARY KEY,
  hash        bytea   NOT NULL UNIQUE CHECK (length(hash) = 32),
  shown       text    COLLATE "C" NOT NULL,
  team        text    COLLATE "C" NOT NULL,
  feature     text    COLLATE "C" NOT NULL,
  environment text    COLLATE "C" NOT NULL,
  created_at  bigint  NOT NULL,
  expires_at  bigint,
  revoked_at  bigint,
  grant_id    uuid,
  capability  boolean NOT NULL,
  created_by  text    COLLATE "C",
  FOREIGN KEY (team, feature) REFERENCES features (team, name)
);

-- At most one row: the digest of the generated administrator token.
CREATE TABLE admin_token (
  only_row    integer NOT NULL PRIMARY KEY CHECK (only_row = 1),
  hash        bytea   NOT NULL CHECK (length(hash) = 32),
  replaced_at bigint  NOT NULL
);
