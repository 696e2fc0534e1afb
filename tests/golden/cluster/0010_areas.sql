CREATE TABLE IF NOT EXISTS `yiping`.areas ON CLUSTER `city`
(
    at     DateTime64(3, 'UTC'),
    area   String,
    kind   LowCardinality(String),
    name   String,
    ring   String CODEC(ZSTD(1)),
    owner  String,
    reason String
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/areas', '{shard}-{replica}')
ORDER BY (area, at);

ALTER TABLE `yiping`.silences ON CLUSTER `city` ADD COLUMN IF NOT EXISTS area String AFTER district;

