-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO teams (name, created_at) VALUES ('quickstart', 1795676223054);
INSERT INTO teams (name, created_at) VALUES ('support', 1795676227397);
INSERT INTO features (team, name, created_at) VALUES ('quickstart', 'first-call', 1795676223054);
INSERT INTO features (team, name, created_at) VALUES ('support', 'agents', 1795676227961);
INSERT INTO features (team, name, created_at) VALUES ('support', 'answers', 1795676227397);
INSERT INTO keys (id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at) VALUES (x'01a216a4b64e73f18d251326984c8e73', x'5e1b29ae31e10c2cc557db0d6016e761e281ee79d6f94275bd7e3d9cf257a258', 'cw0_E0XaDWMI', 'quickstart', 'first-call', 'dev', 1795676223054, NULL, NULL);
INSERT INTO admin_token (only_row, hash, replaced_at) VALUES (1, x'2d5cd744cd44eeea5b29d63c4419e891ac4318a023dd88e04d13f3cecee61789', 1795676223047);
