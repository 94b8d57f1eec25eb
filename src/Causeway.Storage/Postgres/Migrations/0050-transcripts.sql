-- What was said in conversations whose history a provider keeps, sealed under a secret of the deployment: each answer with what it answered. until is when a row is forgotten, unless that of its root is later.
CREATE TABLE transcripts (
  team     text   COLLATE "C" NOT NULL,
  response text   COLLATE "C" NOT NULL,
  previous text   COLLATE "C",
  root     text   COLLATE "C" NOT NULL,
  provider text   COLLATE "C" NOT NULL,
  until    bigint NOT NULL,
  content  bytea  NOT NULL,
  PRIMARY KEY (team, response)
);

CREATE INDEX transcripts_by_until ON transcripts (until);
