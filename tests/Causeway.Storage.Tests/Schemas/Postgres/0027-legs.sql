-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE usage_attempts SET region = 1, agreement = 1;
