-- Prompts and answers of features that keep them, sealed under a secret of the deployment. until is when a row is forgotten.
CREATE TABLE payloads (
  request  uuid    NOT NULL PRIMARY KEY,
  until    bigint  NOT NULL,
  content  bytea   NOT NULL
);

CREATE INDEX payloads_by_until ON payloads (until);
