-- Rollouts, rollbacks and what led to them. Times are Unix milliseconds, UTC.

-- Every change of a channel or of its routing has the next number: routing in one revision is what every channel had last up to it.
CREATE TABLE routing_revisions (
  revision bigint NOT NULL PRIMARY KEY,
  at       bigint NOT NULL
);

-- What decides beside a channel's pointer, as JSON, in each revision that changed it; '*' holds on every channel. Nothing here is deleted.
CREATE TABLE routings (
  channel  text   COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  body     bytea  NOT NULL,
  PRIMARY KEY (channel, revision)
);

-- What happened, chained: hash is of the entry and of the hash before. kind is a value of TimelineKind.
CREATE TABLE timeline (
  seq      bigint  NOT NULL PRIMARY KEY,
  at       bigint  NOT NULL,
  revision bigint  NOT NULL,
  channel  text    COLLATE "C" NOT NULL,
  kind     integer NOT NULL,
  actor    text    COLLATE "C" NOT NULL,
  reason   text    COLLATE "C",
  detail   text    COLLATE "C" NOT NULL,
  hash     bytea   NOT NULL CHECK (length(hash) = 32)
);

CREATE INDEX timeline_by_channel ON timeline (channel, seq);

-- The routing revision of a channel's last change, and of each move; 0: before there were any.
ALTER TABLE channels ADD COLUMN revision bigint NOT NULL DEFAULT 0;
ALTER TABLE channel_moves ADD COLUMN revision bigint NOT NULL DEFAULT 0;

-- By which revision a request's release was found, by which rule (a value of RoutingRule), and where its unit stood.
ALTER TABLE usage ADD COLUMN revision bigint;
ALTER TABLE usage ADD COLUMN rule integer;
ALTER TABLE usage ADD COLUMN bucket integer;

-- Other instances hear of it (0007-instances.sql).
CREATE TRIGGER note_change AFTER INSERT ON routing_revisions FOR EACH ROW EXECUTE FUNCTION note_policy_change('routing', 'revision');
