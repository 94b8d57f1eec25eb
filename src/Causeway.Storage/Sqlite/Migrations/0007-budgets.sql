-- Grants and the ledger. Times are Unix milliseconds, UTC; ids are 16 bytes, big-endian.

-- Null: the default grant of the key's team. A capability key is found by its id, an opaque one by its hash.
ALTER TABLE keys ADD COLUMN grant_id BLOB CHECK (grant_id IS NULL OR length(grant_id) = 16);
ALTER TABLE keys ADD COLUMN capability INTEGER NOT NULL DEFAULT 0;

-- Who made it: the name of an operator. Null: it is not known.
ALTER TABLE keys ADD COLUMN created_by TEXT;

-- A grant as it is now, as JSON. Its amounts never change; what became of them is in the ledger.
CREATE TABLE grants (
  id     BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  parent BLOB REFERENCES grants (id) DEFERRABLE INITIALLY DEFERRED,
  body   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A raise of one limit for a time.
CREATE TABLE overlays (
  id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  grant_id BLOB    NOT NULL REFERENCES grants (id),
  limit_no INTEGER NOT NULL,
  amount   INTEGER NOT NULL,
  from_ms  INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  origin   TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened, appended and never changed. hash is over the hash before it, seq, at_ms, kind and payload.
CREATE TABLE ledger (
  seq     INTEGER NOT NULL PRIMARY KEY,
  at_ms   INTEGER NOT NULL,
  kind    INTEGER NOT NULL,
  payload BLOB    NOT NULL,
  hash    BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Balances and open reservations after an event: the last two are kept.
CREATE TABLE ledger_checkpoints (
  seq   INTEGER NOT NULL PRIMARY KEY,
  state BLOB    NOT NULL
) STRICT;

-- Requests for a raise, as JSON. A writer states the version that it read. Ids sort by time.
CREATE TABLE raises (
  id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  created_at INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  pending    INTEGER NOT NULL,
  body       BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX raises_pending ON raises (id) WHERE pending = 1;

-- Broken glasses, as JSON: each waits for a review. Written with the event that tells of it.
CREATE TABLE broken_glass (
  id       BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  reviewed INTEGER NOT NULL,
  body     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX broken_glass_open ON broken_glass (id) WHERE reviewed = 0;

-- When a grant ('' as limit_text: its own requests) or one of its limits last let a request through or refused one, to the minute. 0: never.
CREATE TABLE grant_use (
  grant_id        BLOB    NOT NULL CHECK (length(grant_id) = 16),
  limit_text      TEXT    NOT NULL,
  last_allowed_ms INTEGER NOT NULL,
  last_denied_ms  INTEGER NOT NULL,
  PRIMARY KEY (grant_id, limit_text)
) STRICT, WITHOUT ROWID;

-- Prefixes of capability keys that are refused, until they would have expired anyway.
CREATE TABLE revoked_prefixes (
  rid        BLOB    NOT NULL PRIMARY KEY CHECK (length(rid) = 16),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who was charged, what was held and what went beyond that. price is the number of a name: the rates by which the tokens were billed.
ALTER TABLE usage ADD COLUMN grant_id BLOB;
ALTER TABLE usage ADD COLUMN price INTEGER;
ALTER TABLE usage ADD COLUMN held_nano_usd INTEGER;
ALTER TABLE usage ADD COLUMN overrun_nano_usd INTEGER NOT NULL DEFAULT 0;
