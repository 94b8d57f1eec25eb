-- Who answers behind each pin, as far as it is known. body is JSON.
CREATE TABLE watched_pins (
  provider text   COLLATE "C" NOT NULL,
  model    text   COLLATE "C" NOT NULL,
  version  bigint NOT NULL,
  body     bytea  NOT NULL,
  PRIMARY KEY (provider, model)
);
