CREATE TABLE IF NOT EXISTS `yiping`.alert_transitions_local ON CLUSTER `city`
(
    at           DateTime64(3, 'UTC'),
    rule         LowCardinality(String),
    version      String,
    place        String,
    alert        String,
    from_state   LowCardinality(String),
    to_state     LowCardinality(String),
    value        Nullable(Float64),
    threshold    Nullable(Float64),
    reason       LowCardinality(String),
    observed     Nullable(DateTime64(3, 'UTC')),
    lat          Float64,
    lon          Float64,
    cell         UInt64,
    district     LowCardinality(String),
    detail       String,
    memory       String CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/alert_transitions_local', '{replica}')
PARTITION BY toYYYYMM(at)
ORDER BY (rule, place, at);

CREATE TABLE IF NOT EXISTS `yiping`.alert_transitions ON CLUSTER `city` AS `yiping`.alert_transitions_local
ENGINE = Distributed('city', 'yiping', 'alert_transitions_local', cityHash64(rule, place));

CREATE TABLE IF NOT EXISTS `yiping`.alert_memory_local ON CLUSTER `city`
(
    at     DateTime64(3, 'UTC'),
    rule   String,
    place  String,
    memory String CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/yiping/alert_memory_local', '{replica}', at)
ORDER BY (rule, place);

CREATE TABLE IF NOT EXISTS `yiping`.alert_memory ON CLUSTER `city` AS `yiping`.alert_memory_local
ENGINE = Distributed('city', 'yiping', 'alert_memory_local', cityHash64(rule, place));

CREATE TABLE IF NOT EXISTS `yiping`.alert_actions_local ON CLUSTER `city`
(
    at     DateTime64(3, 'UTC'),
    action UUID,
    alert  String,
    kind   LowCardinality(String),
    actor  String,
    text   String
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/yiping/alert_actions_local', '{replica}')
ORDER BY (alert, at);

CREATE TABLE IF NOT EXISTS `yiping`.alert_actions ON CLUSTER `city` AS `yiping`.alert_actions_local
ENGINE = Distributed('city', 'yiping', 'alert_actions_local', cityHash64(alert));

