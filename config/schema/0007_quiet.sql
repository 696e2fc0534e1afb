-- What is kept quiet, and who was told: appended, never overwritten.

-- A silence or a maintenance window begins with a row; one that is ended before its time has a second, of kind `cancel`,
-- with the same `silence`, who ended it (`owner`), why (`reason`), and when (`ends`). '' in a matcher matches everything;
-- `level` is the worst level that is hidden.
CREATE TABLE IF NOT EXISTS silences
(
    at       DateTime64(3, 'UTC'),
    silence  String,
    kind     LowCardinality(String),
    rule     String,
    scenario LowCardinality(String),
    place    String,
    district LowCardinality(String),
    level    LowCardinality(String),
    owner    String,
    reason   String,
    starts   DateTime64(3, 'UTC'),
    ends     DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (silence, at);

-- A row a change of a notice: `state` is intended, trying, sent, failed, unsure or given_up; `attempt` counts from 1. What was
-- decided (`alerts`: level by id, `body`: what is said, both JSON) stands in its first row; `previous` is the notice before
-- it of the same receiver, step of the ladder, district and scenario.
CREATE TABLE IF NOT EXISTS notices
(
    at       DateTime64(3, 'UTC'),
    notice   String,
    receiver LowCardinality(String),
    step     UInt8,
    district LowCardinality(String),
    scenario LowCardinality(String),
    kind     LowCardinality(String),
    reason   String,
    previous String,
    alerts   String CODEC(ZSTD(1)),
    body     String CODEC(ZSTD(1)),
    state    LowCardinality(String),
    attempt  UInt16,
    error    String
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (receiver, step, district, scenario, at);
