-- By how much later words on requests differ from their usage rows, all words of a request together. Written with the ledger's events that tell of them.
CREATE TABLE usage_adjustments (
  request            BLOB    NOT NULL PRIMARY KEY CHECK (length(request) = 16),
  late_input         INTEGER NOT NULL,
  late_cache_read    INTEGER NOT NULL,
  late_cache_write   INTEGER NOT NULL,
  late_output        INTEGER NOT NULL,
  late_reasoning     INTEGER NOT NULL,
  late_cost_nano_usd INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
