-- Which channel and release answered, what of the request was left out, and the way that a request took where it was more
-- than one call. dropped is a list for people; the other columns without a unit are numbers of names.
ALTER TABLE usage ADD COLUMN channel INTEGER;
ALTER TABLE usage ADD COLUMN release INTEGER;
ALTER TABLE usage ADD COLUMN dropped TEXT;

CREATE TABLE usage_attempts (
  request       BLOB    NOT NULL,
  step          INTEGER NOT NULL,
  provider      INTEGER NOT NULL,
  model         INTEGER NOT NULL,
  reason        INTEGER NOT NULL,
  status        INTEGER,
  duration_us   INTEGER NOT NULL,
  cost_nano_usd INTEGER,
  PRIMARY KEY (request, step)
) STRICT, WITHOUT ROWID;
