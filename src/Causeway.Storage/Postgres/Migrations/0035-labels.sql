-- Whom the company charges for what a key spends; it never changes, so totals by cost centre are totals by key. NULL: nobody said.
ALTER TABLE keys ADD COLUMN cost_centre text COLLATE "C";

-- What a request says beside its key. cost_centre is a number of names: its key's. end_user and tags are texts of their own, since callers choose them:
-- they go when their row is dropped. tags: name=value, sorted by name, with commas between. NULL: it says nothing.
ALTER TABLE usage ADD COLUMN cost_centre bigint;
ALTER TABLE usage ADD COLUMN end_user text COLLATE "C";
ALTER TABLE usage ADD COLUMN tags text COLLATE "C";
