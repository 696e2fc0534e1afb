-- What lies in the middle of a window that ends now, put together once, not by each question about it.

-- What each device said of a metric from `since` until `until`, both full five minutes: of the windows that are asked for,
-- until the newest five minutes that are closed. A row counts when `window_notes` names its `block`, which is written when all
-- rows of the block are stored: it does not matter who is killed when. Some minutes later nobody asks for it any more.
-- streams/windows.py writes both.
CREATE TABLE IF NOT EXISTS reading_windows
(
    metric   LowCardinality(String),
    since    DateTime('UTC') CODEC(Delta, ZSTD(1)),
    until    DateTime('UTC') CODEC(Delta, ZSTD(1)),
    device   LowCardinality(String),
    total    Float64 CODEC(ZSTD(1)),
    most     Float64 CODEC(ZSTD(1)),
    readings UInt32 CODEC(T64, ZSTD(1)),
    last     Float64 CODEC(ZSTD(1)),
    last_at  DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    cell     UInt64 CODEC(ZSTD(1)),
    block    UInt64 CODEC(ZSTD(1)),
    made     DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toStartOfHour(made)
ORDER BY (metric, until, since, block, device)
TTL made + INTERVAL 1 HOUR
SETTINGS ttl_only_drop_parts = 1;

-- Of how many readings a block was made: fewer than are in the buckets of its window means that another must be made.
CREATE TABLE IF NOT EXISTS window_notes
(
    metric LowCardinality(String),
    since  DateTime('UTC') CODEC(Delta, ZSTD(1)),
    until  DateTime('UTC') CODEC(Delta, ZSTD(1)),
    rows   UInt64,
    block  UInt64,
    made   DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
PARTITION BY toStartOfHour(made)
ORDER BY (until, metric, since)
TTL made + INTERVAL 1 HOUR
SETTINGS ttl_only_drop_parts = 1;
