-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO cached_answers (channel, release, request, made_at, size, content) VALUES ('support', x'1111111111111111111111111111111111111111111111111111111111111111', x'2222222222222222222222222222222222222222222222222222222222222222', 1795700000000, 3, x'010203');
UPDATE usage SET cached_from = x'01a216a4d50b7140b44592d58e224ba1' WHERE request = x'01a216a4d5ab7ce48f50612606dd1326';
