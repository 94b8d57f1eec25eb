-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
UPDATE usage SET steps = x'0000010a0bac02';
UPDATE usage_attempts SET began_us = 42, first_byte_us = 900;
