-- Rollouts, rollbacks and what led to them. Times are Unix milliseconds, UTC.

-- Every change of a channel or of its routing has the next number: routing in one revision is what every channel had last up to it.
CREATE TABLE routing_revisions (
  revision INTEGER NOT NULL PRIMARY KEY,
  at       INTEGER NOT NULL
) STRICT;

-- What decides beside a channel's pointer, as JSON, in each revision that changed it; '*' holds on every channel. Nothing here is deleted.
CREATE TABLE routings (
  channel  TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  body     BLOB    NOT NULL,
  PRIMARY KEY (channel, revision)
) STRICT, WITHOUT ROWID;

-- What happened, chained: hash is of the entry and of the hash before. kind is a value of TimelineKind.
CREATE TABLE timeline (
  seq      INTEGER NOT NULL PRIMARY KEY,
  at       INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  channel  TEXT    NOT NULL,
  kind     INTEGER NOT NULL,
  actor    TEXT    NOT NULL,
  reason   TEXT,
  detail   TEXT    NOT NULL,
  hash     BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX timeline_by_channel ON timeline (channel, seq);

-- The routing revision of a channel's last change, and of each move; 0: before there were any.
ALTER TABLE channels ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel_moves ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- By which revision a request's release was found, by which rule (a value of RoutingRule), and where its unit stood.
ALTER TABLE usage ADD COLUMN revision INTEGER;
ALTER TABLE usage ADD COLUMN rule INTEGER;
ALTER TABLE usage ADD COLUMN bucket INTEGER;
