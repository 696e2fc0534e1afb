-- How each case stands, so that nobody puts together all steps of two months to count the open ones.

-- One row a case, made whole from all its steps until now (streams/sql/case_states.sql): when it began and was last heard of, its last
-- stage, its newest deadline, when it was closed and when it came to any end for the first time, and where it is; a moment that there is
-- not is 0, cell 0 is nowhere. Of a case the greatest `version` counts: when its last step was received, then how many it has. So it does
-- not matter how often, in what order or by how many the same is written. The row of the case '' says when somebody looked: every
-- step that had arrived by then is in. Of whom nothing is heard any more is forgotten after 90 days; questions look back for 60.
-- streams/rollup.py writes it.
CREATE TABLE IF NOT EXISTS case_states
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
ENGINE = ReplacingMergeTree(version)
ORDER BY case
TTL toDateTime(last_at) + INTERVAL 90 DAY;
