-- What was decided and what people did about it: appended, never overwritten.

CREATE TABLE IF NOT EXISTS alert_transitions
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
    detail       String
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (rule, place, at);

CREATE TABLE IF NOT EXISTS alert_actions
(
    at     DateTime64(3, 'UTC'),
    action UUID,
    alert  String,
    kind   LowCardinality(String),
    actor  String,
    text   String
)
ENGINE = MergeTree
ORDER BY (alert, at);
