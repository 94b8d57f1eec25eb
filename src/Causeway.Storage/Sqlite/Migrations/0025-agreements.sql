-- What lets providers process data. The body is the agreement as JSON; a new version replaces the row, and the ledger keeps what was.
CREATE TABLE agreements (
  id         BLOB    NOT NULL PRIMARY KEY,
  provider   TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  body       BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
