-- Rehearsals of the way back. body is JSON; ids sort by time. Nothing here is deleted.
CREATE TABLE drills (
  id         uuid   NOT NULL PRIMARY KEY,
  channel    text   COLLATE "C" NOT NULL,
  started_at bigint NOT NULL,
  body       bytea  NOT NULL
);

CREATE INDEX drills_by_channel ON drills (channel, id);
