-- Who revoked a prefix of capability keys, when and why, and the key that it was narrowed from. expires_at is the largest integer where its end is not known.
ALTER TABLE revoked_prefixes ADD COLUMN revoked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE revoked_prefixes ADD COLUMN revoked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE revoked_prefixes ADD COLUMN key_id BLOB CHECK (key_id IS NULL OR length(key_id) = 16);
ALTER TABLE revoked_prefixes ADD COLUMN grant_id BLOB CHECK (grant_id IS NULL OR length(grant_id) = 16);
ALTER TABLE revoked_prefixes ADD COLUMN reason TEXT;
