CREATE TABLE IF NOT EXISTS `yiping`.reading_windows_local ON CLUSTER `city`
(
    metric   LowCardinality(String),
    since    DateTime('UTC') CODEC(Delta, ZSTD(1)),
    until    DateTime('UTC') CODEC(Delta, ZSTD(1)),
    device   LowCardinality(String),
    total    Float64 CODEC(ZSTD(1)),
    most     Float64 CODEC(ZSTD(1)),
    readings UInt32 CODEC(T64, ZSTD(1)),
    last     Float64 CODEC(ZSTD(1)),
    last_at  DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    cell     UInt64 CODEC(ZSTD(1)),
    block    UInt64 CODEC(ZSTD(1)),
    made     DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/reading_windows_local', '{replica}')
PARTITION BY toStartOfHour(made)
ORDER BY (metric, until, since, block, device)
TTL made + INTERVAL 1 HOUR
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS `yiping`.reading_windows ON CLUSTER `city` AS `yiping`.reading_windows_local
ENGINE = Distributed('city', 'yiping', 'reading_windows_local', cityHash64(metric, since, until));

CREATE TABLE IF NOT EXISTS `yiping`.window_notes ON CLUSTER `city`
(
    metric LowCardinality(String),
    since  DateTime('UTC') CODEC(Delta, ZSTD(1)),
    until  DateTime('UTC') CODEC(Delta, ZSTD(1)),
    rows   UInt64,
    block  UInt64,
    made   DateTime('UTC') DEFAULT now()
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/window_notes', '{shard}-{replica}')
PARTITION BY toStartOfHour(made)
ORDER BY (until, metric, since)
TTL made + INTERVAL 1 HOUR
SETTINGS ttl_only_drop_parts = 1;

