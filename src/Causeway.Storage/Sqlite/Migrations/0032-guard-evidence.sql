-- What an instance has seen of rollouts: units that were met, and those that were bad. Appended to; body is in the format of GuardEvidence.
CREATE TABLE guard_evidence (
  seq     INTEGER NOT NULL PRIMARY KEY,
  rollout BLOB    NOT NULL CHECK (length(rollout) = 16),
  at      INTEGER NOT NULL,
  body    BLOB    NOT NULL
) STRICT;
CREATE INDEX guard_evidence_by_rollout ON guard_evidence (rollout, seq);
