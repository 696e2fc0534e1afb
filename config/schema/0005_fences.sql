-- Who may write a lane (one partition of one topic's life) now, and which streams people should look at.
-- Appended, never changed: a fence holds because rows only come to it.

-- Each member of ingest's group that opens lanes writes one row a lane. `number` is greater than any before it on the
-- server that counts, so no clock decides; `lane` is a hash of (epoch, partition); `token` is random and names the
-- opening. An insert passes while no other token stands on its lanes at or above its own number.
CREATE TABLE IF NOT EXISTS fences
(
    number    UInt64,
    lane      UInt64,
    token     String,
    epoch     String,
    partition UInt16,
    instance  String,
    opened    DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY number;

-- `kind` is held or released; the newest row of a stream counts. `skip` is, of a release, JSON
-- {"epoch:partition": offset}: what lies before these offsets is passed over because a person said so.
CREATE TABLE IF NOT EXISTS stream_holds
(
    at       DateTime64(3, 'UTC') DEFAULT now64(3),
    stream   LowCardinality(String),
    kind     LowCardinality(String),
    rejected UInt64,
    accepted UInt64,
    actor    String,
    skip     String
)
ENGINE = MergeTree
ORDER BY (stream, at);
