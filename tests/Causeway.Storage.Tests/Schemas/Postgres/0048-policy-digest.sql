-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE keys SET revoked_at = revoked_at; -- Noted with a digest.
