-- The devices of a made-up city for the bench: what they measure, where, and how often (ms).
-- params:
CREATE TABLE IF NOT EXISTS bench_devices
(
    metric   String,
    device   String,
    number   UInt32,
    every    UInt32,
    lat      Float32,
    lon      Float32,
    cell     UInt64,
    district String
)
ENGINE = MergeTree
ORDER BY (metric, number)
