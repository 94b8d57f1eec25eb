-- The last word on whether each channel can be taken back. body is JSON.
CREATE TABLE readiness (
  channel text   COLLATE "C" NOT NULL PRIMARY KEY,
  at      bigint NOT NULL,
  body    bytea  NOT NULL
);
