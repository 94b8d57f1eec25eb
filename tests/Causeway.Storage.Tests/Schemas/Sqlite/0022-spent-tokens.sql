-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO spent_tokens (digest, expires_at) VALUES (x'2d712614c59b3beb07201e384bb5b8ab98d621120e40f9b2b1821fe8f3527798', 1795705030923);
