CREATE TABLE IF NOT EXISTS `yiping`.case_states ON CLUSTER `city`
(
    case     String,
    opened   DateTime64(3, 'UTC'),
    last_at  DateTime64(3, 'UTC'),
    reported Bool,
    stage    LowCardinality(String),
    due      DateTime64(3, 'UTC'),
    closed   DateTime64(3, 'UTC'),
    ended    DateTime64(3, 'UTC'),
    lat      Float64,
    lon      Float64,
    cell     UInt64,
    district LowCardinality(String),
    version  UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/case_states', '{shard}-{replica}', version)
ORDER BY case
TTL toDateTime(last_at) + INTERVAL 90 DAY;

