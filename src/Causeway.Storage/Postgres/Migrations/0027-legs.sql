-- Where each call of a request was to be processed, and the agreement that let its data go, both as names; null in rows of before.
ALTER TABLE usage_attempts ADD COLUMN region bigint;
ALTER TABLE usage_attempts ADD COLUMN agreement bigint;
