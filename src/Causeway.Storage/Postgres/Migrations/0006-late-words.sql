-- By how much later words on requests differ from their usage rows, all words of a request together. Written with the ledger's events that tell of them.
CREATE TABLE usage_adjustments (
  request            uuid   NOT NULL PRIMARY KEY,
  late_input         bigint NOT NULL,
  late_cache_read    bigint NOT NULL,
  late_cache_write   bigint NOT NULL,
  late_output        bigint NOT NULL,
  late_reasoning     bigint NOT NULL,
  late_cost_nano_usd bigint NOT NULL
);

-- Revoked prefixes of capability keys, kept until they are over by themselves: expires_at is the largest number where the end is not known. Who revoked one,
-- when and why, and the key that it was narrowed from.
CREATE TABLE revoked_prefixes (
  rid        uuid   NOT NULL PRIMARY KEY,
  expires_at bigint NOT NULL,
  revoked_at bigint NOT NULL,
  revoked_by text   COLLATE "C" NOT NULL,
  key_id     uuid,
  grant_id   uuid,
  reason     text   COLLATE "C"
);
