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
    detail       String,
    memory       String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (rule, place, at);

-- The engine's memory between two transitions (timers, newest value, who holds the alert): not history, the newest
-- row of a place is the one that counts. The newer of this and the last transition's `memory` is what a restart goes on from.
CREATE TABLE IF NOT EXISTS alert_memory
(
    at     DateTime64(3, 'UTC'),
    rule   String,
    place  String,
    memory String CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (rule, place);

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
