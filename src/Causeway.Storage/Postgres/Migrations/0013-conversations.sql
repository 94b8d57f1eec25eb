-- Which releases answered a conversation, turn by turn; no text of it. body is JSON, release the one that answered last, portability a value of Portability,
-- last_turn_at Unix milliseconds, UTC.
CREATE TABLE conversations (
  channel      text    COLLATE "C" NOT NULL,
  team         text    COLLATE "C" NOT NULL,
  session      text    COLLATE "C" NOT NULL,
  release      bytea   NOT NULL CHECK (length(release) = 32),
  portability  integer NOT NULL,
  last_turn_at bigint  NOT NULL,
  body         bytea   NOT NULL,
  PRIMARY KEY (channel, team, session)
);

CREATE INDEX conversations_by_release ON conversations (channel, release, last_turn_at);
CREATE INDEX conversations_by_time ON conversations (last_turn_at);

-- The other releases whose answers a request brought as its history, as a list; null: none, or its conversation is not told apart.
ALTER TABLE usage ADD COLUMN inherits bigint;
