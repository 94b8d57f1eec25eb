-- Batches that a provider took: the request, its data's class, when it was taken, is due, is asked for next and was asked for last, how often, and
-- what was found. state: 0 open, 1 settled, 2 told by somebody, 3 lapsed.
CREATE TABLE batches (
  request    BLOB    NOT NULL PRIMARY KEY,
  provider   TEXT    NOT NULL,
  batch      TEXT    NOT NULL,
  data_class INTEGER NOT NULL,
  taken_at   INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  state      INTEGER NOT NULL,
  next_at    INTEGER NOT NULL,
  asked_at   INTEGER,
  asks       INTEGER NOT NULL,
  word       TEXT
) STRICT;

CREATE INDEX batches_due ON batches (next_at) WHERE state = 0;
