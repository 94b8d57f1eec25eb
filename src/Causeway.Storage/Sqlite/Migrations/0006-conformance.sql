-- What probes showed of pins, every measurement for ever: drift is the difference of two. Times are Unix milliseconds, UTC. verdict is a value of
-- ProbeVerdict.
CREATE TABLE measurements (
  id           INTEGER NOT NULL PRIMARY KEY,
  provider     TEXT    NOT NULL,
  model        TEXT    NOT NULL,
  probe        TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  region       TEXT,
  dialect      TEXT    NOT NULL,
  verdict      INTEGER NOT NULL,
  detail       TEXT,
  reply_digest TEXT
) STRICT;

CREATE INDEX measurements_newest ON measurements (provider, model, probe, at);
CREATE INDEX measurements_by_time ON measurements (at);

-- What a channel asks of pins where a contract holds: a value of ConformanceRule. Channels that are there warn.
ALTER TABLE channels ADD COLUMN conformance INTEGER NOT NULL DEFAULT 1;
ALTER TABLE channel_moves ADD COLUMN conformance INTEGER NOT NULL DEFAULT 1;
