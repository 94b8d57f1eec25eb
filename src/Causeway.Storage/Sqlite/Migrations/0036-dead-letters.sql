-- Events that a webhook did not take. id is a version 7 UUID of the moment at which the event was told, so the key is also the order in time.
CREATE TABLE dead_letters (
  id       BLOB    NOT NULL PRIMARY KEY,
  hook     TEXT    NOT NULL,
  what     TEXT    NOT NULL,
  body     BLOB    NOT NULL,
  problem  TEXT    NOT NULL,
  tries    INTEGER NOT NULL,
  tried_at INTEGER NOT NULL
) STRICT;
