-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO transcripts (team, response, previous, root, provider, until, content)
VALUES ('search', 'resp_1', NULL, 'resp_1', 'openai', 2079360000000, x'0100ff'), ('search', 'resp_2', 'resp_1', 'resp_1', '', 2079360000000, x'02');
