-- Rows as a server wrote them when this was the last step of the schema, in the columns that there were.
INSERT INTO routing_revisions (revision, at) VALUES (1, 1795700000000);
INSERT INTO routings (channel, revision, body) VALUES ('support', 1, '\x7b226368616e6e656c223a22737570706f7274222c2273656564223a22737570706f7274227d');
INSERT INTO timeline (seq, at, revision, channel, kind, actor, reason, detail, hash) VALUES (1, 1795700000000, 1, 'support', 1, 'admin', 'worse answers', 'rolled back', '\x2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
