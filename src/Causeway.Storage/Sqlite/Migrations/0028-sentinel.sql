-- Who answers behind each pin, as far as it is known. body is JSON.
CREATE TABLE watched_pins (
  provider TEXT    NOT NULL,
  model    TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  body     BLOB    NOT NULL,
  PRIMARY KEY (provider, model)
) STRICT, WITHOUT ROWID;
