-- When the steps of a request began, as the gateway writes them; null in rows of before. How long after the request's arrival each call began, and how
-- long after that its reply did; null: of before, or there was no reply.
ALTER TABLE usage ADD COLUMN steps BLOB;
ALTER TABLE usage_attempts ADD COLUMN began_us INTEGER;
ALTER TABLE usage_attempts ADD COLUMN first_byte_us INTEGER;
