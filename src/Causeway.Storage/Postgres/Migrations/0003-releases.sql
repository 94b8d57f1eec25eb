-- Releases, channels and how channels moved. Nothing here is deleted. Times are Unix milliseconds, UTC.

-- content is the canonical JSON (RFC 8785) whose SHA-256 is the id. pin_classes has one byte for each of its pins, in their order: what was known of
-- the pin when the release was made, as a value of PinClass.
CREATE TABLE releases (
  id          bytea  NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  content     bytea  NOT NULL,
  pin_classes bytea  NOT NULL,
  label       text   COLLATE "C",
  created_at  bigint NOT NULL
);

CREATE INDEX releases_by_time ON releases (created_at, id);

-- Where each channel points now. unsupported is a value of UnsupportedFields, conformance one of ConformanceRule.
CREATE TABLE channels (
  name        text    COLLATE "C" NOT NULL PRIMARY KEY,
  release     bytea   NOT NULL REFERENCES releases (id),
  unsupported integer NOT NULL,
  conformance integer NOT NULL,
  created_at  bigint  NOT NULL,
  updated_at  bigint  NOT NULL,
  version     bigint  NOT NULL
);

-- Where it pointed from each version on: appended in the transaction that moves the pointer.
CREATE TABLE channel_moves (
  channel     text    COLLATE "C" NOT NULL REFERENCES channels (name),
  version     bigint  NOT NULL,
  release     bytea   NOT NULL REFERENCES releases (id),
  unsupported integer NOT NULL,
  conformance integer NOT NULL,
  at          bigint  NOT NULL,
  PRIMARY KEY (channel, version)
);
