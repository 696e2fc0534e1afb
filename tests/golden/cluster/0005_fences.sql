CREATE TABLE IF NOT EXISTS `yiping`.fences ON CLUSTER `city`
(
    number    UInt64,
    lane      UInt64,
    token     String,
    epoch     String,
    partition UInt16,
    instance  String,
    opened    DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/fences', '{shard}-{replica}')
ORDER BY number;

CREATE TABLE IF NOT EXISTS `yiping`.stream_holds ON CLUSTER `city`
(
    at       DateTime64(3, 'UTC') DEFAULT now64(3),
    stream   LowCardinality(String),
    kind     LowCardinality(String),
    rejected UInt64,
    accepted UInt64,
    actor    String,
    skip     String
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/yiping/stream_holds', '{shard}-{replica}')
ORDER BY (stream, at);

