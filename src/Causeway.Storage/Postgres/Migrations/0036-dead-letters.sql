-- Events that a webhook did not take. id is a version 7 UUID of the moment at which the event was told, so the key is also the order in time.
CREATE TABLE dead_letters (
  id       uuid    NOT NULL PRIMARY KEY,
  hook     text    COLLATE "C" NOT NULL,
  what     text    COLLATE "C" NOT NULL,
  body     bytea   NOT NULL,
  problem  text    COLLATE "C" NOT NULL,
  tries    integer NOT NULL,
  tried_at bigint  NOT NULL
);
