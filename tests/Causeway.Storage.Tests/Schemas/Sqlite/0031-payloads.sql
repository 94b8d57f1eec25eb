-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO payloads (request, until, content) VALUES (x'01a216a4d50b7140b44592d58e224bb2', 1795676230923, x'0100112233');
