-- What the journal of alerts would say had late data been in time: appended beside it, never into it, never overwritten.

-- A row speaks of one (rule, place) from `at` on. `now_` is what history says now, `told_` what the journal told; level '' is
-- nothing, `until` NULL is not ended. `previous` is an earlier correction that this one takes the place of. `correction` names
-- the content: the same found twice has the same name, and counts once.
CREATE TABLE IF NOT EXISTS alert_corrections
(
    found      DateTime64(3, 'UTC'),
    correction String,
    previous   String,
    rule       LowCardinality(String),
    version    String,
    place      String,
    alerts     Array(String),
    verdict    LowCardinality(String),
    at         DateTime64(3, 'UTC'),
    now_level  LowCardinality(String),
    now_peak   Nullable(Float64),
    now_since  Nullable(DateTime64(3, 'UTC')),
    now_until  Nullable(DateTime64(3, 'UTC')),
    told_level LowCardinality(String),
    told_peak  Nullable(Float64),
    told_since Nullable(DateTime64(3, 'UTC')),
    told_until Nullable(DateTime64(3, 'UTC')),
    stream     LowCardinality(String),
    device     String,
    devices    UInt32,
    readings   UInt64,
    late_ms    Int64,
    lat        Float64,
    lon        Float64,
    cell       UInt64,
    district   LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(found)
ORDER BY (rule, place, found);

-- Until when (`received`) late data has been looked at; how many places wait for the next look, and how many late rows were
-- not looked at, because they are about too long ago (`old`) or because too many would have to be read (`many`).
CREATE TABLE IF NOT EXISTS late_looks
(
    looked DateTime64(3, 'UTC'),
    mark   DateTime64(3, 'UTC'),
    left   UInt64,
    old    UInt64,
    many   UInt64
)
ENGINE = MergeTree
ORDER BY looked
TTL toDateTime(looked) + INTERVAL 30 DAY;
