CREATE TABLE IF NOT EXISTS `yiping`.schema_migrations ON CLUSTER `city`
(
    version  UInt32,
    name     String,
    checksum String,
    applied  DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/schema_migrations', '{shard}-{replica}', applied)
ORDER BY version;

