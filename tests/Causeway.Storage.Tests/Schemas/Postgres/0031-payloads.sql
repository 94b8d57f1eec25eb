-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO payloads (request, until, content) VALUES ('01a216a4-d50b-7140-b445-92d58e224bb2', 1795676230923, '\x0100112233');
