-- Releases, channels and how channels moved. Nothing here is deleted. Times are Unix milliseconds, UTC.

-- content is the canonical JSON (RFC 8785) whose SHA-256 is the id. pin_classes has one byte for each of its pins, in their order: what was
-- known of the pin when the release was made, as a value of PinClass. It has a rowid because a prompt makes a row large.
CREATE TABLE releases (
  id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  content     BLOB    NOT NULL,
  pin_classes BLOB    NOT NULL,
  label       TEXT,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX releases_by_time ON releases (created_at, id);

-- Where each channel points now. unsupported is a value of UnsupportedFields.
CREATE TABLE channels (
  name        TEXT    NOT NULL PRIMARY KEY,
  release     BLOB    NOT NULL REFERENCES releases (id),
  unsupported INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where it pointed from each version on: appended in the transaction that moves the pointer.
CREATE TABLE channel_moves (
  channel     TEXT    NOT NULL REFERENCES channels (name),
  version     INTEGER NOT NULL,
  release     BLOB    NOT NULL REFERENCES releases (id),
  unsupported INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (channel, version)
) STRICT, WITHOUT ROWID;
