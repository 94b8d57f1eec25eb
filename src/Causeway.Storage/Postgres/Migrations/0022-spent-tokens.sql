-- Tokens that are not taken again: used up, or signed out. Digests only; expires_at is Unix milliseconds, UTC, from when on a row is not needed.
CREATE TABLE spent_tokens (
  digest     bytea  PRIMARY KEY CHECK (length(digest) = 32),
  expires_at bigint NOT NULL
);

CREATE INDEX spent_tokens_by_end ON spent_tokens (expires_at);
