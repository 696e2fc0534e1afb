ALTER TABLE `yiping`.readings_local ON CLUSTER `city` ADD COLUMN IF NOT EXISTS usable Bool ALIAS NOT multiSearchAny(concat(',', quality, ','), [',bad,', ',invalid,', ',error,', ',suspect,', ',outside,', ',ahead,']);

ALTER TABLE `yiping`.readings ON CLUSTER `city` ADD COLUMN IF NOT EXISTS usable Bool ALIAS NOT multiSearchAny(concat(',', quality, ','), [',bad,', ',invalid,', ',error,', ',suspect,', ',outside,', ',ahead,']);

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_offset offset TYPE minmax GRANULARITY 1;

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_epoch epoch TYPE set(8) GRANULARITY 1;

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_received received TYPE minmax GRANULARITY 1;

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` MATERIALIZE INDEX by_offset;

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` MATERIALIZE INDEX by_epoch;

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` MATERIALIZE INDEX by_received;

ALTER TABLE `yiping`.case_steps_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_offset offset TYPE minmax GRANULARITY 1;

ALTER TABLE `yiping`.case_steps_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_at at TYPE minmax GRANULARITY 1;

ALTER TABLE `yiping`.case_steps_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_received received TYPE minmax GRANULARITY 1;

ALTER TABLE `yiping`.rejects_local ON CLUSTER `city` ADD INDEX IF NOT EXISTS by_offset offset TYPE minmax GRANULARITY 1;

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` MODIFY COLUMN at CODEC(Delta, ZSTD(1));

ALTER TABLE `yiping`.readings_local ON CLUSTER `city` MODIFY COLUMN received CODEC(Delta, ZSTD(1));

CREATE TABLE IF NOT EXISTS `yiping`.reading_spans_local ON CLUSTER `city`
(
    span     UInt16 CODEC(ZSTD(1)),
    metric   LowCardinality(String),
    start    DateTime('UTC') CODEC(Delta, ZSTD(1)),
    device   LowCardinality(String),
    total    Float64 CODEC(ZSTD(1)),
    least    Float64 CODEC(ZSTD(1)),
    most     Float64 CODEC(ZSTD(1)),
    readings UInt32 CODEC(T64, ZSTD(1)),
    last     Float64 CODEC(ZSTD(1)),
    last_at  DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    lat      Float32 CODEC(ZSTD(1)),
    lon      Float32 CODEC(ZSTD(1)),
    cell     UInt64 CODEC(ZSTD(1)),
    district LowCardinality(String),
    version  UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/yiping/reading_spans_local', '{replica}', version)
PARTITION BY toYYYYMM(start)
ORDER BY (span, metric, toStartOfHour(start), start, device)
TTL start + INTERVAL 4 DAY DELETE WHERE span = 300;

CREATE TABLE IF NOT EXISTS `yiping`.reading_spans ON CLUSTER `city` AS `yiping`.reading_spans_local
ENGINE = Distributed('city', 'yiping', 'reading_spans_local', cityHash64(span, metric, start));

CREATE TABLE IF NOT EXISTS `yiping`.rollups ON CLUSTER `city`
(
    span   UInt16,
    metric LowCardinality(String),
    start  DateTime('UTC') CODEC(Delta, ZSTD(1)),
    rows   UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/yiping/rollups', '{shard}-{replica}', rows)
PARTITION BY toYYYYMM(start)
ORDER BY (span, metric, start)
TTL start + INTERVAL 4 DAY DELETE WHERE span = 300;

CREATE TABLE IF NOT EXISTS `yiping`.rollup_looks ON CLUSTER `city`
(
    looked DateTime64(3, 'UTC'),
    closed DateTime('UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/rollup_looks', '{shard}-{replica}')
ORDER BY looked
TTL toDateTime(looked) + INTERVAL 7 DAY;

