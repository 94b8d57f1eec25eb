-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE usage SET data_class = 1, agreement = 1 WHERE request = x'01a216a4d5ab7ce48f50612606dd1326';
