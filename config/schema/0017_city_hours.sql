-- What the whole city heard of a metric in an hour, so that no screen puts it together anew from every device's buckets.

-- Of the hour that ended at `until`, each full five minutes one: how many devices were heard, the mean of their means, the largest sum of
-- any, and when the newest of it was said. A row is made whole, from buckets of reading_spans; its greatest `version` (made of more
-- readings) counts. streams/city_hours.py says why that holds, and writes it.
CREATE TABLE IF NOT EXISTS city_hours
(
    metric  LowCardinality(String),
    until   DateTime('UTC') CODEC(Delta, ZSTD(1)),
    devices UInt32,
    mean    Float64,
    peak    Float64,
    newest  DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (metric, until)
TTL until + INTERVAL 4 DAY;
