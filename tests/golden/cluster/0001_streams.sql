CREATE TABLE IF NOT EXISTS `yiping`.readings_local ON CLUSTER `city`
(
    at        DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    device    LowCardinality(String),
    metric    LowCardinality(String),
    value     Float64 CODEC(ZSTD(1)),
    quality   LowCardinality(String),
    lat       Float32 CODEC(ZSTD(1)),
    lon       Float32 CODEC(ZSTD(1)),
    cell      UInt64 CODEC(ZSTD(1)),
    district  LowCardinality(String),
    source    LowCardinality(String),
    received  DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch     LowCardinality(String),
    partition UInt16 CODEC(ZSTD(1)),
    offset    UInt64 CODEC(DoubleDelta, ZSTD(1)),
    item      UInt16 CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/readings_local', '{replica}')
PARTITION BY toYYYYMM(at)
ORDER BY (metric, toStartOfHour(at), toStartOfFifteenMinutes(at), device, at);

CREATE TABLE IF NOT EXISTS `yiping`.readings ON CLUSTER `city` AS `yiping`.readings_local
ENGINE = Distributed('city', 'yiping', 'readings_local', cityHash64(device));

CREATE TABLE IF NOT EXISTS `yiping`.case_steps_local ON CLUSTER `city`
(
    case       String,
    at         DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    stage      LowCardinality(String),
    category   LowCardinality(String),
    title      String,
    text       String,
    lat        Float64,
    lon        Float64,
    cell       UInt64,
    district   LowCardinality(String),
    channel    LowCardinality(String),
    department LowCardinality(String),
    due        Nullable(DateTime64(3, 'UTC')),
    contact    String,
    source     LowCardinality(String),
    received   DateTime64(3, 'UTC'),
    epoch      LowCardinality(String),
    partition  UInt16,
    offset     UInt64,
    item       UInt16
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/case_steps_local', '{replica}')
PARTITION BY toYYYYMM(at)
ORDER BY (case, at);

CREATE TABLE IF NOT EXISTS `yiping`.case_steps ON CLUSTER `city` AS `yiping`.case_steps_local
ENGINE = Distributed('city', 'yiping', 'case_steps_local', cityHash64(case));

CREATE TABLE IF NOT EXISTS `yiping`.city_events_local ON CLUSTER `city`
(
    event     String,
    at        DateTime64(3, 'UTC'),
    kind      LowCardinality(String),
    class     LowCardinality(String),
    grade     LowCardinality(String),
    title     String,
    text      String,
    lat       Float64,
    lon       Float64,
    cell      UInt64,
    area      String,
    district  LowCardinality(String),
    status    LowCardinality(String),
    source    LowCardinality(String),
    sender    LowCardinality(String),
    received  DateTime64(3, 'UTC'),
    epoch     LowCardinality(String),
    partition UInt16,
    offset    UInt64,
    item      UInt16
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/city_events_local', '{replica}')
PARTITION BY toYYYYMM(at)
ORDER BY (event, at);

CREATE TABLE IF NOT EXISTS `yiping`.city_events ON CLUSTER `city` AS `yiping`.city_events_local
ENGINE = Distributed('city', 'yiping', 'city_events_local', cityHash64(event));

CREATE TABLE IF NOT EXISTS `yiping`.rejects_local ON CLUSTER `city`
(
    received  DateTime64(3, 'UTC'),
    stream    LowCardinality(String),
    reason    LowCardinality(String),
    detail    String,
    raw       String CODEC(ZSTD(3)),
    source    LowCardinality(String),
    epoch     LowCardinality(String),
    partition UInt16,
    offset    UInt64,
    item      UInt16
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/rejects_local', '{replica}')
PARTITION BY toYYYYMM(received)
ORDER BY (stream, received)
TTL toDateTime(received) + INTERVAL 90 DAY;

CREATE TABLE IF NOT EXISTS `yiping`.rejects ON CLUSTER `city` AS `yiping`.rejects_local
ENGINE = Distributed('city', 'yiping', 'rejects_local', cityHash64(stream, epoch, partition, offset));

CREATE TABLE IF NOT EXISTS `yiping`.heartbeats_local ON CLUSTER `city`
(
    at       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    process  LowCardinality(String),
    instance String,
    detail   String CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/heartbeats_local', '{replica}')
ORDER BY (process, at)
TTL toDateTime(at) + INTERVAL 7 DAY;

CREATE TABLE IF NOT EXISTS `yiping`.heartbeats ON CLUSTER `city` AS `yiping`.heartbeats_local
ENGINE = Distributed('city', 'yiping', 'heartbeats_local', cityHash64(process, instance));

