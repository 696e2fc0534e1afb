-- Areas that people drew and named: appended, never overwritten.

-- An area begins with a row of kind `drawn`; when it is ended a second follows, of kind `ended`, with the same `area`, who ended
-- it (`owner`) and why (`reason`). `ring` is JSON as in GeoJSON, [[lon, lat], ...] in WGS-84 degrees, not closed.
CREATE TABLE IF NOT EXISTS areas
(
    at     DateTime64(3, 'UTC'),
    area   String,
    kind   LowCardinality(String),
    name   String,
    ring   String CODEC(ZSTD(1)),
    owner  String,
    reason String
)
ENGINE = MergeTree
ORDER BY (area, at);

-- A silence may be of one area: '' is everywhere.
ALTER TABLE silences ADD COLUMN IF NOT EXISTS area String AFTER district;
