CREATE TABLE IF NOT EXISTS `yiping`.device_words ON CLUSTER `city`
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/device_words', '{shard}-{replica}', version)
ORDER BY (device, metric, cell)
TTL toDateTime(at) + INTERVAL 2 DAY;

