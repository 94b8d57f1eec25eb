-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO batches (request, provider, batch, data_class, taken_at, due_at, state, next_at, asked_at, asks, word)
VALUES (x'0193a1b2c3d47e5f8a9b0c1d2e3f4a5b', 'anthropic', 'msgbatch_01', 1, 1764000000000, 1764172800000, 0, 1764000060000, NULL, 0, NULL);
