-- What was said in conversations whose history a provider keeps, sealed under a secret of the deployment: each answer with what it answered. until is when a row is forgotten, unless that of its root is later.
CREATE TABLE transcripts (
  team     TEXT    NOT NULL,
  response TEXT    NOT NULL,
  previous TEXT,
  root     TEXT    NOT NULL,
  provider TEXT    NOT NULL,
  until    INTEGER NOT NULL,
  content  BLOB    NOT NULL,
  PRIMARY KEY (team, response)
) STRICT;

CREATE INDEX transcripts_by_until ON transcripts (until);
