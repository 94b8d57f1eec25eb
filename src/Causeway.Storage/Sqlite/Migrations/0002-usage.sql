-- The words that usage repeats: teams, models, providers, codes, key ids. Usage refers to them by number.
CREATE TABLE names (
  id   INTEGER NOT NULL PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
) STRICT;

-- One row per request, appended and never changed. The request's id is a version 7 UUID, big-endian, so that the
-- primary key is also the order in time. Columns without a unit are numbers of names; source and outcome are the
-- values of UsageSource and Outcome.
CREATE TABLE usage (
  request               BLOB    NOT NULL PRIMARY KEY,
  at_ms                 INTEGER NOT NULL,
  team                  INTEGER NOT NULL,
  feature               INTEGER NOT NULL,
  environment           INTEGER NOT NULL,
  key                   INTEGER NOT NULL,
  protocol              INTEGER NOT NULL,
  route                 INTEGER NOT NULL,
  model_asked           INTEGER NOT NULL,
  model_sent            INTEGER,
  model_served          INTEGER,
  provider              INTEGER,
  region                INTEGER,
  input_tokens          INTEGER NOT NULL,
  cache_read_tokens     INTEGER NOT NULL,
  cache_write_5m_tokens INTEGER NOT NULL,
  cache_write_30m_tokens INTEGER NOT NULL,
  cache_write_1h_tokens INTEGER NOT NULL,
  cache_write_12h_tokens INTEGER NOT NULL,
  output_tokens         INTEGER NOT NULL,
  reasoning_tokens      INTEGER NOT NULL,
  cost_nano_usd         INTEGER,
  source                INTEGER NOT NULL,
  status                INTEGER NOT NULL,
  outcome               INTEGER NOT NULL,
  error_code            INTEGER,
  stop_reason           INTEGER,
  attempts              INTEGER NOT NULL,
  streamed              INTEGER NOT NULL,
  first_byte_us         INTEGER,
  total_us              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sums over usage, kept in the transaction that appends to it. hour counts hours since 1970, UTC; provider is 0 where
-- there was none; model is the one served, else sent, else asked.
CREATE TABLE usage_hourly (
  hour               INTEGER NOT NULL,
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
  PRIMARY KEY (hour, team, feature, environment, key, provider, model)
) STRICT, WITHOUT ROWID;
