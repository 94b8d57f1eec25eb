-- Orders to keep prompts and answers for a time. The body is the order as JSON; its end replaces it once, and the ledger keeps what was.
CREATE TABLE capture_orders (
  id       BLOB    NOT NULL PRIMARY KEY,
  is_ended INTEGER NOT NULL,
  body     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
