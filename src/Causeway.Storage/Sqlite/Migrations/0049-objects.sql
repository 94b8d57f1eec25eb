-- What providers keep, by the team whose key had it made: with the grant, when it was made, and until when the provider may have it.
CREATE TABLE objects (
  provider   TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  team       TEXT    NOT NULL,
  grant_id   BLOB,
  made_at    INTEGER NOT NULL,
  kept_until INTEGER NOT NULL,
  PRIMARY KEY (provider, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX objects_until ON objects (kept_until);
