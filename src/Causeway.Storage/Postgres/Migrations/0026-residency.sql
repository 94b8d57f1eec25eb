-- The class of data of a request, and the agreement that let it go, both as names; null in rows of before.
ALTER TABLE usage ADD COLUMN data_class bigint;
ALTER TABLE usage ADD COLUMN agreement bigint;
