-- Prompts and answers of features that keep them, sealed under a secret of the deployment. until is when a row is forgotten.
CREATE TABLE payloads (
  request  BLOB    NOT NULL PRIMARY KEY,
  until    INTEGER NOT NULL,
  content  BLOB    NOT NULL
) STRICT;

CREATE INDEX payloads_by_until ON payloads (until);
