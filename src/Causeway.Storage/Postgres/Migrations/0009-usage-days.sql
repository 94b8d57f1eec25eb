-- Sums over usage_hourly: what spans weeks need not add up every hour. day counts days since 1970, UTC.
CREATE TABLE usage_daily (
  day                bigint NOT NULL,
  team               bigint NOT NULL,
  feature            bigint NOT NULL,
  environment        bigint NOT NULL,
  key                bigint NOT NULL,
  provider           bigint NOT NULL,
  model              bigint NOT NULL,
  requests           bigint NOT NULL,
  failures           bigint NOT NULL,
  unpriced_requests  bigint NOT NULL,
  estimated_requests bigint NOT NULL,
  input_tokens       bigint NOT NULL,
  cache_read_tokens  bigint NOT NULL,
  cache_write_tokens bigint NOT NULL,
  output_tokens      bigint NOT NULL,
  reasoning_tokens   bigint NOT NULL,
  cost_nano_usd      bigint NOT NULL,
  PRIMARY KEY (day, team, feature, environment, key, provider, model)
);

-- How far usage has been worked on. rolled_hour: hours before it are in usage_daily too. dropped_ms: usage rows of requests that arrived before it were dropped.
CREATE TABLE usage_marks (
  name  text   COLLATE "C" NOT NULL PRIMARY KEY,
  value bigint NOT NULL
);

INSERT INTO usage_marks (name, value) VALUES ('rolled_hour', 0), ('dropped_ms', 0);
