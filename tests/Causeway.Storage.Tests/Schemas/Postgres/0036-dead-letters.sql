-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO dead_letters (id, hook, what, body, problem, tries, tried_at) VALUES ('01a216a4-d50b-7140-b445-92d58e224bb2', 'alerts', 'an alert', '\x7b7d', 'status 503', 3, 1795676230923);
