CREATE TABLE IF NOT EXISTS `yiping`.device_heard ON CLUSTER `city`
(
    device LowCardinality(String),
    metric LowCardinality(String),
    cell   UInt64 CODEC(ZSTD(1)),
    at     DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/device_heard', '{shard}-{replica}', at)
ORDER BY (device, metric, cell)
TTL toDateTime(at) + INTERVAL 2 DAY;

