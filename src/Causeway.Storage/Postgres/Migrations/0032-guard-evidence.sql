-- What instances have seen of rollouts: units that were met, and those that were bad. Appended to, under a lock, so that numbers are seen in their order; body is in the format of GuardEvidence.
CREATE TABLE guard_evidence (
  seq     bigint NOT NULL PRIMARY KEY,
  rollout uuid   NOT NULL,
  at      bigint NOT NULL,
  body    bytea  NOT NULL
);
CREATE INDEX guard_evidence_by_rollout ON guard_evidence (rollout, seq);
