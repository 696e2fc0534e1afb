-- The mean of one device in windows of window_ms: slot 1 ends at now_ms, slot 0 follows it (in weeks before), 2 and more come before it. hours are all that they touch.
-- params: device String, metric String, now_ms Int64, window_ms Int64, weeks Int64, slots Int64, hours Array(Int64)
WITH {now_ms:Int64} - toUnixTimestamp64Milli(at) + {window_ms:Int64} AS age_ms
SELECT
    toInt64(intDiv(age_ms, 604800000)) AS week,
    toInt64(intDiv(age_ms % 604800000, {window_ms:Int64})) AS slot,
    avg(said) AS mean
FROM
(
    SELECT at, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said
    FROM readings
    WHERE metric = {metric:String}
        AND device = {device:String}
        AND toStartOfHour(at) IN (SELECT toStartOfHour(fromUnixTimestamp64Milli(arrayJoin({hours:Array(Int64)}), 'UTC')))
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND usable
    GROUP BY at
)
WHERE slot <= {slots:Int64} + 1 AND week <= {weeks:Int64}
GROUP BY week, slot
ORDER BY week, slot
