-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE usage SET data_class = 1, agreement = 1 WHERE request = '01a216a4-d5ab-7ce4-8f50-612606dd1326';
