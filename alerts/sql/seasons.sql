-- The mean of each device of a metric in windows of window_ms: the one before now_ms (week 0) and, of each week before, the same one and its neighbours. hours are all that they touch.
-- params: metric String, now_ms Int64, window_ms Int64, weeks Int64, hours Array(Int64)
WITH {now_ms:Int64} - toUnixTimestamp64Milli(at) + {window_ms:Int64} AS age_ms
SELECT
    device,
    toInt64(intDiv(age_ms, 604800000)) AS week,
    toInt64(intDiv(age_ms % 604800000, {window_ms:Int64})) AS slot,
    avg(said) AS mean,
    toUnixTimestamp64Milli(max(at)) AS newest_ms,
    argMax(place, at) AS spot
FROM
(
    SELECT
        device,
        at,
        argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said,
        any((toFloat64(lat), toFloat64(lon), cell, toString(district))) AS place
    FROM readings
    WHERE metric = {metric:String}
        AND toStartOfHour(at) IN (SELECT toStartOfHour(fromUnixTimestamp64Milli(arrayJoin({hours:Array(Int64)}), 'UTC')))
        AND at > fromUnixTimestamp64Milli({now_ms:Int64} - {weeks:Int64} * 604800000 - 2 * {window_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND usable
    GROUP BY device, at
)
WHERE age_ms % 604800000 < 3 * {window_ms:Int64}
GROUP BY device, week, slot
HAVING week > 0 OR slot = 1
