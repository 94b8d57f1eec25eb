-- The words that usage repeats: teams, models, providers, codes, key ids. Usage refers to them by number. Callers choose the model that they ask for,
-- so a word may be longer than an index takes: it is found by its SHA-256, and by its beginning.
CREATE TABLE names (
  id     bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea  NOT NULL UNIQUE CHECK (length(digest) = 32),
  name   text   COLLATE "C" NOT NULL
);

CREATE INDEX names_by_beginning ON names ((left(name, 128)));

-- One row per request, appended and never changed. The request's id is a version 7 UUID, so the primary key is also the order in time, and a day is a
-- range of ids: the writer makes a partition of each, a day ahead; retention drops them. Columns without a unit are numbers of names; source and
-- outcome are the values of UsageSource and Outcome; dropped and mended are lists for people.
CREATE TABLE usage (
  request                uuid    NOT NULL PRIMARY KEY,
  at_ms                  bigint  NOT NULL,
  team                   bigint  NOT NULL,
  feature                bigint  NOT NULL,
  environment            bigint  NOT NULL,
  key                    bigint  NOT NULL,
  protocol               bigint  NOT NULL,
  route                  bigint  NOT NULL,
  model_asked            bigint  NOT NULL,
  model_sent             bigint,
  model_served           bigint,
  provider               bigint,
  region                 bigint,
  input_tokens           bigint  NOT NULL,
  cache_read_tokens      bigint  NOT NULL,
  cache_write_5m_tokens  bigint  NOT NULL,
  cache_write_30m_tokens bigint  NOT NULL,
  cache_write_1h_tokens  bigint  NOT NULL,
  cache_write_12h_tokens bigint  NOT NULL,
  output_tokens          bigint  NOT NULL,
  reasoning_tokens       bigint  NOT NULL,
  cost_nano_usd          bigint,
  source                 integer NOT NULL,
  status                 integer NOT NULL,
  outcome                integer NOT NULL,
  error_code             bigint,
  stop_reason            bigint,
  attempts               integer NOT NULL,
  streamed               integer NOT NULL,
  first_byte_us          bigint,
  total_us               bigint  NOT NULL,
  channel                bigint,
  release                bigint,
  dropped                text    COLLATE "C",
  contract               bigint,
  contract_schema        bigint,
  contract_outcome       bigint,
  repairs                integer NOT NULL,
  repair_cost_nano_usd   bigint,
  mended                 text    COLLATE "C",
  grant_id               uuid,
  price                  bigint,
  held_nano_usd          bigint,
  overrun_nano_usd       bigint  NOT NULL
) PARTITION BY RANGE (request);

-- Requests without a contract are not in it and cost nothing.
CREATE INDEX usage_by_contract ON usage (contract, request) WHERE contract IS NOT NULL;

-- The way that a request took where it was more than one call.
CREATE TABLE usage_attempts (
  request       uuid    NOT NULL,
  step          integer NOT NULL,
  provider      bigint  NOT NULL,
  model         bigint  NOT NULL,
  reason        bigint  NOT NULL,
  status        integer,
  duration_us   bigint  NOT NULL,
  cost_nano_usd bigint,
  PRIMARY KEY (request, step)
) PARTITION BY RANGE (request);

-- Ids of no day from 2020 to 2099.
CREATE TABLE usage_other PARTITION OF usage DEFAULT;
CREATE TABLE usage_attempts_other PARTITION OF usage_attempts DEFAULT;

-- Sums over usage, kept in the transaction that appends to it. hour counts hours since 1970, UTC; provider is 0 where there was none; model is the one
-- served, else sent, else asked.
CREATE TABLE usage_hourly (
  hour               bigint NOT NULL,
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
  PRIMARY KEY (hour, team, feature, environment, key, provider, model)
);
