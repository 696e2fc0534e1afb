-- Make buckets of `span` seconds of a metric (their starts, epoch s) from its readings; of two of a device with the same time the usable one received last counts.
-- params: span UInt16, metric String, starts Array(Int64)
INSERT INTO reading_spans (span, metric, start, device, total, least, most, readings, last, last_at, lat, lon, cell, district, version)
SELECT
    {span:UInt16},
    {metric:String},
    toDateTime(bucket, 'UTC'),
    device,
    sumIf(said, fit),
    minIf(said, fit),
    maxIf(said, fit),
    countIf(fit),
    argMaxIf(said, at, fit),
    maxIf(at, fit),
    argMaxIf(lat, at, fit AND cell != 0),
    argMaxIf(lon, at, fit AND cell != 0),
    argMaxIf(cell, at, fit AND cell != 0),
    argMaxIf(district, at, fit AND cell != 0),
    -- how many readings the bucket has now; two who make it of the same ones are told apart, so that one of them counts
    sum(sum(copies)) OVER (PARTITION BY bucket) * 4294967296 + (SELECT rand())
FROM
(
    SELECT
        intDiv(toUnixTimestamp(at), {span:UInt16}) * {span:UInt16} AS bucket,
        device,
        at,
        argMaxIf(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024, usable) AS said,
        any(readings.lat) AS lat,
        any(readings.lon) AS lon,
        any(readings.cell) AS cell,
        any(readings.district) AS district,
        countIf(usable) > 0 AS fit,
        count() AS copies
    FROM readings
    WHERE metric = {metric:String}
        AND toStartOfHour(at) IN (SELECT toStartOfHour(toDateTime(arrayJoin({starts:Array(Int64)}), 'UTC')))
        AND toStartOfFifteenMinutes(at) IN (SELECT toStartOfFifteenMinutes(toDateTime(arrayJoin({starts:Array(Int64)}) + arrayJoin(range(0, {span:UInt16}, 900)), 'UTC')))
        AND bucket IN {starts:Array(Int64)}
    GROUP BY device, at
)
GROUP BY bucket, device
-- one block: a bucket is seen whole or not at all
SETTINGS max_insert_threads = 1, min_insert_block_size_rows = 16000000, min_insert_block_size_bytes = 4000000000, max_insert_block_size = 16000000
