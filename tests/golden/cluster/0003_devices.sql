CREATE TABLE IF NOT EXISTS `yiping`.device_entries ON CLUSTER `city`
(
    device     String CODEC(ZSTD(1)),
    at         DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    state      LowCardinality(String),
    kind       LowCardinality(String),
    metrics    Array(String) CODEC(ZSTD(1)),
    units      Array(String) CODEC(ZSTD(1)),
    lat        Float64 CODEC(ZSTD(1)),
    lon        Float64 CODEC(ZSTD(1)),
    datum      LowCardinality(String),
    cell       UInt64 CODEC(ZSTD(1)),
    district   LowCardinality(String),
    interval   Float64 CODEC(ZSTD(1)),
    thresholds String CODEC(ZSTD(1)),
    gateway    String CODEC(ZSTD(1)),
    owner      LowCardinality(String),
    name_zh    String CODEC(ZSTD(1)),
    name_en    String CODEC(ZSTD(1)),
    source     LowCardinality(String),
    received   DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch      LowCardinality(String),
    partition  UInt16,
    offset     UInt64 CODEC(DoubleDelta, ZSTD(1)),
    item       UInt16,
    INDEX arrival received TYPE minmax GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/device_entries', '{shard}-{replica}')
ORDER BY (device, at);

