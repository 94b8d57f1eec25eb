-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO revoked_prefixes (rid, expires_at, revoked_at, revoked_by, key_id, grant_id, reason) VALUES (x'58507c4047325f65293314d4a4e1441a', 1795676828000, 1795676231896, 'admin', x'01a216a4c9797b0da203a1f3c3360c2c', x'01a216a4c56a7c5b9500f2a6b4e96fc1', 'leaked');
