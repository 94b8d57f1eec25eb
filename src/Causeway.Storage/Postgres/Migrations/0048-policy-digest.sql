-- What the history of the policy is up to each change: a hash of the hash before it, of the change, and of the row as it then was. By it an instance that has followed so far knows that the store still
-- has that history; one that took its place, a standby that had not everything or a backup, has another. Null: the change was made before this step.
ALTER TABLE policy_changes ADD COLUMN digest bytea CHECK (length(digest) = 32);

CREATE OR REPLACE FUNCTION note_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject text := TG_ARGV[0];
  kept jsonb := to_jsonb(NEW);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_SCHEMA || '.policy_changes', 0));
  EXECUTE format(
    'INSERT INTO %1$I.policy_changes (revision, subject, name, at_ms, digest)
     SELECT next.revision, $1, $2, next.at_ms, sha256(coalesce(last.digest, '''') || convert_to(concat_ws('' '', next.revision, $1, $2, next.at_ms, $3), ''UTF8''))
     FROM (SELECT coalesce(max(revision), 0) + 1 AS revision, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at_ms FROM %1$I.policy_changes) AS next
     LEFT JOIN %1$I.policy_changes AS last ON last.revision = next.revision - 1',
    TG_TABLE_SCHEMA) USING subject, kept ->> TG_ARGV[1], kept::text;
  PERFORM pg_notify('causeway_' || TG_TABLE_SCHEMA, 'policy');
  RETURN NULL;
END
$$;
