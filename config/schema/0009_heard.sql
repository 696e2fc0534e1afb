-- When each device last said anything, so that nobody reads a day of readings to find who is silent.

-- The newest word of a device about a metric from a place (cell 0: it did not say where). Nothing is added up: of a key the
-- greatest `at` counts, so it does not matter how often, in what order or by how many the same is written. The row of the
-- device '' says when somebody looked: every reading that had arrived by then is in. Who speaks no more is forgotten after
-- two days; questions look back for one. streams/rollup.py writes it.
CREATE TABLE IF NOT EXISTS device_heard
(
    device LowCardinality(String),
    metric LowCardinality(String),
    cell   UInt64 CODEC(ZSTD(1)),
    at     DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (device, metric, cell)
TTL toDateTime(at) + INTERVAL 2 DAY;
