-- Registered contracts and what became of them in answers. Nothing here is edited or deleted. Times are Unix milliseconds, UTC.

-- schema is the canonical text, policy its canonical JSON; the SHA-256 of both together is the id. One content may come again as a later
-- version, after another one. It has a rowid because a schema makes a row large.
CREATE TABLE contracts (
  name       TEXT    NOT NULL,
  version    INTEGER NOT NULL CHECK (version > 0),
  id         BLOB    NOT NULL CHECK (length(id) = 32),
  schema     BLOB    NOT NULL,
  policy     BLOB    NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) STRICT;

-- contract (NAME@VERSION or inline), contract_schema and contract_outcome are numbers of names; mended is a list for people.
ALTER TABLE usage ADD COLUMN contract INTEGER;
ALTER TABLE usage ADD COLUMN contract_schema INTEGER;
ALTER TABLE usage ADD COLUMN contract_outcome INTEGER;
ALTER TABLE usage ADD COLUMN repairs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN repair_cost_nano_usd INTEGER;
ALTER TABLE usage ADD COLUMN mended TEXT;

-- By contract and, since the primary key follows, by time. Requests without a contract are not in it and cost nothing.
CREATE INDEX usage_by_contract ON usage (contract) WHERE contract IS NOT NULL;
