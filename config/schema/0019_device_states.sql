-- What the registry says of each device, so that no question looks for the newest entry of every one of them.

-- One row a device, made whole from all its entries until now (streams/sql/device_states.sql). Of a device the greatest `version`
-- counts: when its last entry was received, then how many it has. So it does not matter how often, in what order or by how many the
-- same is written. It is believed with the last words: `word_looks` says as of when. streams/rollup.py writes it.
CREATE TABLE IF NOT EXISTS device_states
(
    device   LowCardinality(String),
    told_at  DateTime64(3, 'UTC'),
    state    LowCardinality(String),
    kind     LowCardinality(String),
    lat      Float64,
    lon      Float64,
    cell     UInt64,
    district LowCardinality(String),
    interval Float64,
    gateway  String,
    name_zh  String,
    name_en  String,
    version  UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY device;

-- A look of before this table says nothing about it.
TRUNCATE TABLE IF EXISTS word_looks;
