-- Batches that a provider took: the request, its data's class, when it was taken, is due, is asked for next and was asked for last, how often, and what was
-- found. state: 0 open, 1 settled, 2 told by somebody, 3 lapsed.
CREATE TABLE batches (
  request    uuid     NOT NULL PRIMARY KEY,
  provider   text     COLLATE "C" NOT NULL,
  batch      text     COLLATE "C" NOT NULL,
  data_class integer  NOT NULL,
  taken_at   bigint   NOT NULL,
  due_at     bigint   NOT NULL,
  state      integer  NOT NULL,
  next_at    bigint   NOT NULL,
  asked_at   bigint,
  asks       integer  NOT NULL,
  word       text     COLLATE "C"
);

CREATE INDEX batches_due ON batches (next_at) WHERE state = 0;
