-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO dead_letters (id, hook, what, body, problem, tries, tried_at) VALUES (x'01a216a4d50b7140b44592d58e224bb2', 'alerts', 'an alert', x'7b7d', 'status 503', 3, 1795676230923);
