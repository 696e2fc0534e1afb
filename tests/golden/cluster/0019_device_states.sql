CREATE TABLE IF NOT EXISTS `yiping`.device_states ON CLUSTER `city`
(
    device   LowCardinality(String),
    told_at  DateTime64(3, 'UTC'),
    state    LowCardinality(String),
    kind     LowCardinality(String),
    lat      Float64,
    lon      Float64,
    cell     UInt64,
    district LowCardinality(String),
    interval Float64,
    gateway  String,
    name_zh  String,
    name_en  String,
    version  UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/device_states', '{shard}-{replica}', version)
ORDER BY device;

TRUNCATE TABLE IF EXISTS `yiping`.word_looks ON CLUSTER `city` SYNC;

