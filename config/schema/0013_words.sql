-- What each device said last, so that nobody reads a day of readings to tell what lies in a place.

-- The newest usable word of a device about a metric from a place (cell 0: it did not say where), as device_heard has the time of
-- any word. Of a key the greatest `version` counts: the time, then, of two with the same time, the one received last. So it does
-- not matter how often, in what order or by how many the same is written. streams/rollup.py writes it before it says that it looked.
CREATE TABLE IF NOT EXISTS device_words
(
    device   LowCardinality(String),
    metric   LowCardinality(String),
    cell     UInt64 CODEC(ZSTD(1)),
    at       DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    value    Float64 CODEC(ZSTD(1)),
    lat      Float32 CODEC(ZSTD(1)),
    lon      Float32 CODEC(ZSTD(1)),
    district LowCardinality(String),
    version  UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (device, metric, cell)
TTL toDateTime(at) + INTERVAL 2 DAY;
