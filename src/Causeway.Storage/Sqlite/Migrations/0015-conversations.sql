-- Which releases answered a conversation, turn by turn; no text of it. body is JSON, release the one that answered last, portability a value of Portability,
-- last_turn_at Unix milliseconds, UTC.
CREATE TABLE conversations (
  channel      TEXT    NOT NULL,
  team         TEXT    NOT NULL,
  session      TEXT    NOT NULL,
  release      BLOB    NOT NULL CHECK (length(release) = 32),
  portability  INTEGER NOT NULL,
  last_turn_at INTEGER NOT NULL,
  body         BLOB    NOT NULL,
  PRIMARY KEY (channel, team, session)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_by_release ON conversations (channel, release, last_turn_at);
CREATE INDEX conversations_by_time ON conversations (last_turn_at);

-- The other releases whose answers a request brought as its history, as a list; null: none, or its conversation is not told apart.
ALTER TABLE usage ADD COLUMN inherits INTEGER;
