-- What an instance has seen of a rollout, as this schema has it.
INSERT INTO guard_evidence (seq, rollout, at, body) VALUES (1, '019a8f2e-4c00-7000-8000-00000000a001', 1795700000000, '\x010000000000000003000000000000000900000001000000070000c35001000000010123456789abcdef0123456789abcdef');
