CREATE TABLE IF NOT EXISTS `yiping`.alert_corrections_local ON CLUSTER `city`
(
    found      DateTime64(3, 'UTC'),
    correction String,
    previous   String,
    rule       LowCardinality(String),
    version    String,
    place      String,
    alerts     Array(String),
    verdict    LowCardinality(String),
    at         DateTime64(3, 'UTC'),
    now_level  LowCardinality(String),
    now_peak   Nullable(Float64),
    now_since  Nullable(DateTime64(3, 'UTC')),
    now_until  Nullable(DateTime64(3, 'UTC')),
    told_level LowCardinality(String),
    told_peak  Nullable(Float64),
    told_since Nullable(DateTime64(3, 'UTC')),
    told_until Nullable(DateTime64(3, 'UTC')),
    stream     LowCardinality(String),
    device     String,
    devices    UInt32,
    readings   UInt64,
    late_ms    Int64,
    lat        Float64,
    lon        Float64,
    cell       UInt64,
    district   LowCardinality(String)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/alert_corrections_local', '{replica}')
PARTITION BY toYYYYMM(found)
ORDER BY (rule, place, found);

CREATE TABLE IF NOT EXISTS `yiping`.alert_corrections ON CLUSTER `city` AS `yiping`.alert_corrections_local
ENGINE = Distributed('city', 'yiping', 'alert_corrections_local', cityHash64(rule, place));

CREATE TABLE IF NOT EXISTS `yiping`.late_looks ON CLUSTER `city`
(
    looked DateTime64(3, 'UTC'),
    mark   DateTime64(3, 'UTC'),
    left   UInt64,
    old    UInt64,
    many   UInt64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/late_looks', '{shard}-{replica}')
ORDER BY looked
TTL toDateTime(looked) + INTERVAL 30 DAY;

