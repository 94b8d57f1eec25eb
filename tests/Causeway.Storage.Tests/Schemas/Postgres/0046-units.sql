-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE usage SET unit_hash = -783009, conversation = 's-1';
