-- The mean of a metric in each cell in (since, now]: over its devices that are still fresh, each by its own mean; and how many those are.
-- params: metric String, now_ms Int64, since_ms Int64, fresh_ms Int64, resolution UInt8
SELECT
    h3ToParent(place, {resolution:UInt8}) AS hexagon,
    avgIf(total, last_ms >= {fresh_ms:Int64}) AS value,
    countIf(last_ms >= {fresh_ms:Int64}) AS fresh,
    count() AS devices,
    max(last_ms) AS newest_ms
FROM
(
    SELECT device, argMaxIf(cell, at, cell != 0) AS place, avg(value) AS total, toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM readings
    WHERE metric = {metric:String}
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
    GROUP BY device
    HAVING place != 0
)
GROUP BY hexagon
