-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO teams (name, created_at) VALUES ('quickstart', 1795676223054);
INSERT INTO teams (name, created_at) VALUES ('support', 1795676227397);
INSERT INTO features (team, name, created_at) VALUES ('quickstart', 'first-call', 1795676223054);
INSERT INTO features (team, name, created_at) VALUES ('support', 'agents', 1795676227961);
INSERT INTO features (team, name, created_at) VALUES ('support', 'answers', 1795676227397);
INSERT INTO keys (id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by) VALUES ('01a216a4-b64e-73f1-8d25-1326984c8e73', '\x5e1b29ae31e10c2cc557db0d6016e761e281ee79d6f94275bd7e3d9cf257a258', 'cw0_E0XaDWMI', 'quickstart', 'first-call', 'dev', 1795676223054, NULL, NULL, NULL, false, NULL);
INSERT INTO keys (id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by) VALUES ('01a216a4-c745-76a4-bcb0-50522ba2207a', '\x59b0d5db1b09d703cd7a6ef0033cabf6133e8db9b924c6ac6751f619be2985eb', 'cw0_b-FROBi4', 'support', 'answers', 'prod', 1795676227397, NULL, NULL, '01a216a4-c56a-7c5b-9500-f2a6b4e96fc1', false, 'admin');
INSERT INTO keys (id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by) VALUES ('01a216a4-c979-7b0d-a203-a1f3c3360c2c', '\x30534de11795c0bf4a43860497f3687ef98591e2ae61495bbe4681ea8df780e6', 'cw1_', 'support', 'agents', 'prod', 1795676227961, NULL, NULL, '01a216a4-c56a-7c5b-9500-f2a6b4e96fc1', true, 'admin');
INSERT INTO admin_token (only_row, hash, replaced_at) VALUES (1, '\x2d5cd744cd44eeea5b29d63c4419e891ac4318a023dd88e04d13f3cecee61789', 1795676223047);
