-- The last word on whether each channel can be taken back. body is JSON.
CREATE TABLE readiness (
  channel TEXT    NOT NULL PRIMARY KEY,
  at      INTEGER NOT NULL,
  body    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
