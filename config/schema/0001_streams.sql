-- What came in: readings, case steps, city events, and what could not be read.
-- Every row says where it came from: (epoch, partition, offset, item) names one item of one message for ever.
-- epoch is the identity of the topic (its Kafka topic id): a topic created anew, or a broker that came back
-- empty, starts its offsets at 0 again, and only the epoch tells the two messages at offset 0 apart.

-- A table that was made with the text before this one keeps its order (metric, hour, device, at), and serves, more slowly.
-- supersedes: 995ecac32ec6225e90c7f1532882e07469fa746d0ce413771fac918af74bd92b

CREATE TABLE IF NOT EXISTS readings
(
    at        DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    device    LowCardinality(String),
    metric    LowCardinality(String),
    value     Float64 CODEC(ZSTD(1)),
    quality   LowCardinality(String),
    lat       Float32 CODEC(ZSTD(1)),
    lon       Float32 CODEC(ZSTD(1)),
    cell      UInt64 CODEC(ZSTD(1)),
    district  LowCardinality(String),
    source    LowCardinality(String),
    received  DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    epoch     LowCardinality(String),
    partition UInt16 CODEC(ZSTD(1)),
    offset    UInt64 CODEC(DoubleDelta, ZSTD(1)),
    item      UInt16 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (metric, toStartOfHour(at), toStartOfFifteenMinutes(at), device, at);

CREATE TABLE IF NOT EXISTS case_steps
(
    case       String,
    at         DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    stage      LowCardinality(String),
    category   LowCardinality(String),
    title      String,
    text       String,
    lat        Float64,
    lon        Float64,
    cell       UInt64,
    district   LowCardinality(String),
    channel    LowCardinality(String),
    department LowCardinality(String),
    due        Nullable(DateTime64(3, 'UTC')),
    contact    String,
    source     LowCardinality(String),
    received   DateTime64(3, 'UTC'),
    epoch      LowCardinality(String),
    partition  UInt16,
    offset     UInt64,
    item       UInt16
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (case, at);

CREATE TABLE IF NOT EXISTS city_events
(
    event     String,
    at        DateTime64(3, 'UTC'),
    kind      LowCardinality(String),
    class     LowCardinality(String),
    grade     LowCardinality(String),
    title     String,
    text      String,
    lat       Float64,
    lon       Float64,
    cell      UInt64,
    area      String,
    district  LowCardinality(String),
    status    LowCardinality(String),
    source    LowCardinality(String),
    sender    LowCardinality(String),
    received  DateTime64(3, 'UTC'),
    epoch     LowCardinality(String),
    partition UInt16,
    offset    UInt64,
    item      UInt16
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (event, at);

CREATE TABLE IF NOT EXISTS rejects
(
    received  DateTime64(3, 'UTC'),
    stream    LowCardinality(String),
    reason    LowCardinality(String),
    detail    String,
    raw       String CODEC(ZSTD(3)),
    source    LowCardinality(String),
    epoch     LowCardinality(String),
    partition UInt16,
    offset    UInt64,
    item      UInt16
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received)
ORDER BY (stream, received)
TTL toDateTime(received) + INTERVAL 90 DAY;

CREATE TABLE IF NOT EXISTS heartbeats
(
    at       DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    process  LowCardinality(String),
    instance String,
    detail   String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (process, at)
TTL toDateTime(at) + INTERVAL 7 DAY;
