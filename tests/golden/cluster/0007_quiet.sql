CREATE TABLE IF NOT EXISTS `yiping`.silences ON CLUSTER `city`
(
    at       DateTime64(3, 'UTC'),
    silence  String,
    kind     LowCardinality(String),
    rule     String,
    scenario LowCardinality(String),
    place    String,
    district LowCardinality(String),
    level    LowCardinality(String),
    owner    String,
    reason   String,
    starts   DateTime64(3, 'UTC'),
    ends     DateTime64(3, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/silences', '{shard}-{replica}')
ORDER BY (silence, at);

CREATE TABLE IF NOT EXISTS `yiping`.notices_local ON CLUSTER `city`
(
    at       DateTime64(3, 'UTC'),
    notice   String,
    receiver LowCardinality(String),
    step     UInt8,
    district LowCardinality(String),
    scenario LowCardinality(String),
    kind     LowCardinality(String),
    reason   String,
    previous String,
    alerts   String CODEC(ZSTD(1)),
    body     String CODEC(ZSTD(1)),
    state    LowCardinality(String),
    attempt  UInt16,
    error    String
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/notices_local', '{replica}')
PARTITION BY toYYYYMM(at)
ORDER BY (receiver, step, district, scenario, at);

CREATE TABLE IF NOT EXISTS `yiping`.notices ON CLUSTER `city` AS `yiping`.notices_local
ENGINE = Distributed('city', 'yiping', 'notices_local', cityHash64(receiver));

