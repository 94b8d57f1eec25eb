-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO objects (provider, id, team, grant_id, made_at, kept_until)
VALUES ('openai', 'file-01', 'search', x'0193a1b2c3d47e5f8a9b0c1d2e3f4a5b', 1764000000000, 2079360000000);
