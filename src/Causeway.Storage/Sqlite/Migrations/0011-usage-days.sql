-- Sums over usage_hourly: what spans weeks need not add up every hour. day counts days since 1970, UTC.
CREATE TABLE usage_daily (
  day                INTEGER NOT NULL,
  team               INTEGER NOT NULL,
  feature            INTEGER NOT NULL,
  environment        INTEGER NOT NULL,
  key                INTEGER NOT NULL,
  provider           INTEGER NOT NULL,
  model              INTEGER NOT NULL,
  requests           INTEGER NOT NULL,
  failures           INTEGER NOT NULL,
  unpriced_requests  INTEGER NOT NULL,
  estimated_requests INTEGER NOT NULL,
  input_tokens       INTEGER NOT NULL,
  cache_read_tokens  INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  output_tokens      INTEGER NOT NULL,
  reasoning_tokens   INTEGER NOT NULL,
  cost_nano_usd      INTEGER NOT NULL,
  PRIMARY KEY (day, team, feature, environment, key, provider, model)
) STRICT, WITHOUT ROWID;

-- How far usage has been worked on. rolled_hour: hours before it are in usage_daily too. dropped_ms: usage rows of requests that arrived before it were dropped.
CREATE TABLE usage_marks (
  name  TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO usage_marks (name, value) VALUES ('rolled_hour', 0), ('dropped_ms', 0);
