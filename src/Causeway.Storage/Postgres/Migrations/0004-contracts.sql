-- Registered contracts. Nothing here is edited or deleted. Times are Unix milliseconds, UTC. schema is the canonical text, policy its canonical JSON; the
-- SHA-256 of both together is the id. One content may come again as a later version, after another one.
CREATE TABLE contracts (
  name       text    COLLATE "C" NOT NULL,
  version    integer NOT NULL CHECK (version > 0),
  id         bytea   NOT NULL CHECK (length(id) = 32),
  schema     bytea   NOT NULL,
  policy     bytea   NOT NULL,
  created_at bigint  NOT NULL,
  PRIMARY KEY (name, version)
);

-- What probes showed of pins, every measurement for ever: drift is the difference of two. verdict is a value of ProbeVerdict. id counts in the order
-- of keeping.
CREATE TABLE measurements (
  id           bigint  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider     text    COLLATE "C" NOT NULL,
  model        text    COLLATE "C" NOT NULL,
  probe        text    COLLATE "C" NOT NULL,
  at           bigint  NOT NULL,
  region       text    COLLATE "C",
  dialect      text    COLLATE "C" NOT NULL,
  verdict      integer NOT NULL,
  detail       text    COLLATE "C",
  reply_digest text    COLLATE "C"
);

CREATE INDEX measurements_newest ON measurements (provider, model, probe, at, id);
CREATE INDEX measurements_by_time ON measurements (at, id);
