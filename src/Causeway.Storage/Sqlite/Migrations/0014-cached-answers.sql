-- Answers that may be given again, in a space of its own for each channel and release. Nothing here has to be kept: what is lost is asked for anew.
-- request is the SHA-256 of whose request it answers and of what matters in it; made_at is Unix milliseconds, UTC.
CREATE TABLE cached_answers (
  channel TEXT    NOT NULL,
  release BLOB    NOT NULL CHECK (length(release) = 32),
  request BLOB    NOT NULL CHECK (length(request) = 32),
  made_at INTEGER NOT NULL,
  size    INTEGER NOT NULL,
  content BLOB    NOT NULL,
  PRIMARY KEY (channel, release, request)
) STRICT;

-- What is oldest goes first, and sums need not read the answers.
CREATE INDEX cached_answers_by_time ON cached_answers (channel, release, made_at, size);

-- The request whose answer was given again to this one; null: it was answered anew.
ALTER TABLE usage ADD COLUMN cached_from BLOB;
