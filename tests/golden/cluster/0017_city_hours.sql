CREATE TABLE IF NOT EXISTS `yiping`.city_hours ON CLUSTER `city`
(
    metric  LowCardinality(String),
    until   DateTime('UTC') CODEC(Delta, ZSTD(1)),
    devices UInt32,
    mean    Float64,
    peak    Float64,
    newest  DateTime64(3, 'UTC'),
    version UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/city_hours', '{shard}-{replica}', version)
ORDER BY (metric, until)
TTL until + INTERVAL 4 DAY;

