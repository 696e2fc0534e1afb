-- Each cell in (since, now], over its devices that are still fresh: the mean of what each collected (collected), the mean of each one's mean (mean); how many those are, how many devices there are. A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, fresh_ms Int64, resolution UInt8, lately_ms Int64
WITH
    -- whole buckets from first to closed are taken from the rollups, what lies before and after from the readings
    (intDiv({since_ms:Int64}, 300000) + 1) * 300000 AS first_ms,
    greatest(first_ms, least({lately_ms:Int64}, intDiv({now_ms:Int64}, 300000) * 300000)) AS closed_ms,
    -- of these the whole hours as such: fewer rows
    intDiv(first_ms + 3599999, 3600000) * 3600000 AS from_ms,
    greatest(from_ms, intDiv(closed_ms, 3600000) * 3600000) AS to_ms
SELECT
    h3ToParent(place, {resolution:UInt8}) AS hexagon,
    avgIf(total, last_ms >= {fresh_ms:Int64}) AS collected,
    avgIf(total / readings, last_ms >= {fresh_ms:Int64}) AS mean,
    countIf(last_ms >= {fresh_ms:Int64}) AS fresh,
    count() AS devices,
    max(last_ms) AS newest_ms
FROM
(
    SELECT device, argMaxIf(spot, last_at, spot != 0) AS place, sum(part) AS total, sum(said) AS readings, toUnixTimestamp64Milli(max(last_at)) AS last_ms
    FROM
    (
        SELECT device, total AS part, reading_spans.readings AS said, cell AS spot, reading_spans.last_at AS last_at
        FROM reading_spans FINAL
        WHERE metric = {metric:String}
            AND
            (
                (span = 3600 AND toStartOfHour(start) >= fromUnixTimestamp64Milli(from_ms, 'UTC') AND toStartOfHour(start) < fromUnixTimestamp64Milli(to_ms, 'UTC'))
                OR (span = 300 AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli(first_ms, 'UTC')) AND toStartOfHour(start) < fromUnixTimestamp64Milli(from_ms, 'UTC') AND start >= fromUnixTimestamp64Milli(first_ms, 'UTC') AND start < fromUnixTimestamp64Milli(closed_ms, 'UTC'))
                OR (span = 300 AND toStartOfHour(start) >= fromUnixTimestamp64Milli(to_ms, 'UTC') AND toStartOfHour(start) <= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) AND start < fromUnixTimestamp64Milli(closed_ms, 'UTC'))
            )
            AND said > 0
        UNION ALL
        SELECT device, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, max(cell), at
        FROM readings
        WHERE metric = {metric:String}
            AND (toStartOfHour(at) = toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) OR toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')))
            AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND (at < fromUnixTimestamp64Milli(first_ms, 'UTC') OR at >= fromUnixTimestamp64Milli(closed_ms, 'UTC'))
            AND usable
        GROUP BY device, at
    )
    GROUP BY device
    HAVING place != 0
)
GROUP BY hexagon
