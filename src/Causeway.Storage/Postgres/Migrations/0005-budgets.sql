-- Grants and the ledger. Times are Unix milliseconds, UTC.

-- A grant as it is now, as JSON. Its amounts never change; what became of them is in the ledger.
CREATE TABLE grants (
  id     uuid  NOT NULL PRIMARY KEY,
  parent uuid  REFERENCES grants (id) DEFERRABLE INITIALLY DEFERRED,
  body   bytea NOT NULL
);

CREATE INDEX grants_by_parent ON grants (parent) WHERE parent IS NOT NULL;

-- A raise of one limit for a time.
CREATE TABLE overlays (
  id       uuid    NOT NULL PRIMARY KEY,
  grant_id uuid    NOT NULL REFERENCES grants (id),
  limit_no integer NOT NULL,
  amount   bigint  NOT NULL,
  from_ms  bigint  NOT NULL,
  until_ms bigint  NOT NULL,
  origin   text    COLLATE "C" NOT NULL
);

CREATE INDEX overlays_by_grant ON overlays (grant_id);

-- What happened, appended and never changed, in one chain per stream: hash is over the hash before it, seq, at_ms, kind and payload. A stream is
-- written by one process at a time, which holds an advisory lock.
CREATE TABLE ledger (
  stream  uuid    NOT NULL,
  seq     bigint  NOT NULL,
  at_ms   bigint  NOT NULL,
  kind    integer NOT NULL,
  payload bytea   NOT NULL,
  hash    bytea   NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (stream, seq)
);

-- Balances and open reservations after an event of a stream: the last two are kept.
CREATE TABLE ledger_checkpoints (
  stream uuid   NOT NULL,
  seq    bigint NOT NULL,
  state  bytea  NOT NULL,
  PRIMARY KEY (stream, seq)
);

-- Requests for a raise, as JSON. A writer states the version that it read. Ids sort by time.
CREATE TABLE raises (
  id         uuid    NOT NULL PRIMARY KEY,
  created_at bigint  NOT NULL,
  version    bigint  NOT NULL,
  pending    boolean NOT NULL,
  body       bytea   NOT NULL
);

CREATE INDEX raises_pending ON raises (id) WHERE pending;

-- Broken glasses, as JSON: each waits for a review. Written with the event that tells of it.
CREATE TABLE broken_glass (
  id       uuid    NOT NULL PRIMARY KEY,
  reviewed boolean NOT NULL,
  body     bytea   NOT NULL
);

CREATE INDEX broken_glass_open ON broken_glass (id) WHERE NOT reviewed;

-- When a grant ('' as limit_text: its own requests) or one of its limits last let a request through or refused one, to the minute. 0: never.
CREATE TABLE grant_use (
  grant_id        uuid   NOT NULL,
  limit_text      text   COLLATE "C" NOT NULL,
  last_allowed_ms bigint NOT NULL,
  last_denied_ms  bigint NOT NULL,
  PRIMARY KEY (grant_id, limit_text)
);
