-- Teams and features come into being with their first key. Times are Unix milliseconds, UTC.

CREATE TABLE teams (
  name       TEXT    NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE features (
  team       TEXT    NOT NULL REFERENCES teams (name),
  name       TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (team, name)
) STRICT, WITHOUT ROWID;

-- A secret is never here: hash is its SHA-256, shown its first characters.
CREATE TABLE keys (
  id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  hash        BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
  shown       TEXT    NOT NULL,
  team        TEXT    NOT NULL,
  feature     TEXT    NOT NULL,
  environment TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER,
  revoked_at  INTEGER,
  FOREIGN KEY (team, feature) REFERENCES features (team, name)
) STRICT, WITHOUT ROWID;

-- At most one row: the digest of the generated administrator token.
CREATE TABLE admin_token (
  only_row    INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  hash        BLOB    NOT NULL CHECK (length(hash) = 32),
  replaced_at INTEGER NOT NULL
) STRICT;
