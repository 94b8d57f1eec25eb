-- Orders to keep prompts and answers for a time. The body is the order as JSON; its end replaces it once, and the ledger keeps what was.
CREATE TABLE capture_orders (
  id       uuid    NOT NULL PRIMARY KEY,
  is_ended bigint  NOT NULL,
  body     bytea   NOT NULL
);

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON capture_orders FOR EACH ROW EXECUTE FUNCTION note_policy_change('capture', 'id');
