-- Several instances on one store. Times are Unix milliseconds by this server's clock, UTC.

-- Who is there. id is the instance's name in the ledger; left_at is set when it ends by itself.
CREATE TABLE instances (
  id                uuid    NOT NULL PRIMARY KEY,
  name              text    COLLATE "C" NOT NULL,
  version           text    COLLATE "C" NOT NULL,
  since_ms          bigint  NOT NULL,
  seen_ms           bigint  NOT NULL,
  left_ms           bigint,
  revision          bigint  NOT NULL,
  ledger_seq        bigint  NOT NULL,
  open_requests     integer NOT NULL,
  open_streams      integer NOT NULL,
  open_reservations integer NOT NULL,
  masters           text    COLLATE "C" NOT NULL,
  leads             boolean NOT NULL
);

-- The last turn of each instance that was kept, and where the ledger stood then: asked when the answer to a commit was lost.
CREATE TABLE ledger_turns (
  stream   uuid   NOT NULL,
  instance uuid   NOT NULL,
  turn     bigint NOT NULL,
  seq      bigint NOT NULL,
  PRIMARY KEY (stream, instance)
);

-- What every instance has to read anew, numbered in the order of the commits: a number is given under a lock that is held until the commit, so that none
-- becomes visible after a higher one. Written by triggers: whoever changes a key, be it by hand, is heard.
CREATE TABLE policy_changes (
  revision bigint NOT NULL PRIMARY KEY,
  subject  text   COLLATE "C" NOT NULL,
  name     text   COLLATE "C" NOT NULL,
  at_ms    bigint NOT NULL
);

CREATE FUNCTION note_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject text := TG_ARGV[0];
  changed text := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_SCHEMA || '.policy_changes', 0));
  EXECUTE format(
    'INSERT INTO %I.policy_changes (revision, subject, name, at_ms) SELECT coalesce(max(revision), 0) + 1, $1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM %I.policy_changes',
    TG_TABLE_SCHEMA, TG_TABLE_SCHEMA) USING subject, changed;
  PERFORM pg_notify('causeway_' || TG_TABLE_SCHEMA, 'policy');
  RETURN NULL;
END
$$;

CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON keys FOR EACH ROW EXECUTE FUNCTION note_policy_change('key', 'id');
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON channels FOR EACH ROW EXECUTE FUNCTION note_policy_change('channel', 'name');
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON contracts FOR EACH ROW EXECUTE FUNCTION note_policy_change('contract', 'name');
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON revoked_prefixes FOR EACH ROW EXECUTE FUNCTION note_policy_change('revocation', 'rid');
CREATE TRIGGER note_change AFTER INSERT ON measurements FOR EACH ROW EXECUTE FUNCTION note_policy_change('measurement', 'model');
