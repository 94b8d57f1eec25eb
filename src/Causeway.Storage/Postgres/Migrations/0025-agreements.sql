-- What lets providers process data. The body is the agreement as JSON; a new version replaces the row, and the ledger keeps what was.
CREATE TABLE agreements (
  id         uuid    NOT NULL PRIMARY KEY,
  provider   text    COLLATE "C" NOT NULL,
  created_at bigint  NOT NULL,
  version    bigint  NOT NULL,
  body       bytea   NOT NULL
);

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION note_policy_change('agreement', 'id');
