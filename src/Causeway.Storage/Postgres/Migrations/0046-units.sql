-- What tells the unit of a request apart without naming it, 64 bits, and the conversation that the request was a turn of; null in rows of before, and where there is none.
ALTER TABLE usage ADD COLUMN unit_hash bigint;
ALTER TABLE usage ADD COLUMN conversation text;
