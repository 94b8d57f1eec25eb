-- Rehearsals of the way back. body is JSON; ids sort by time. Nothing here is deleted.
CREATE TABLE drills (
  id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  channel    TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  body       BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX drills_by_channel ON drills (channel, id);
