-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO instances (id, name, version, since_ms, seen_ms, left_ms, revision, ledger_seq, open_requests, open_streams, open_reservations, masters, leads) VALUES ('019ac000-0000-7000-8000-000000000001', 'gateway-1/712', '0.1.0', 1764000000000, 1764000100000, NULL, 1, 5, 2, 1, 2, '1:9f86d081884c7d65', true);
INSERT INTO ledger_turns (stream, instance, turn, seq) VALUES ('00000000-0000-0000-0000-000000000000', '019ac000-0000-7000-8000-000000000001', 4, 5);
UPDATE keys SET revoked_at = revoked_at;
