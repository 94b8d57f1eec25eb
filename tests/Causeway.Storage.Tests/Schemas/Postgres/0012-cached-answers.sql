-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO cached_answers (channel, release, request, made_at, size, content) VALUES ('support', '\x1111111111111111111111111111111111111111111111111111111111111111', '\x2222222222222222222222222222222222222222222222222222222222222222', 1795700000000, 3, '\x010203');
UPDATE usage SET cached_from = '01a216a4-d50b-7140-b445-92d58e224ba1' WHERE request = '01a216a4-d5ab-7ce4-8f50-612606dd1326';
