-- A metric in each hour since a moment that one begins at (hour 0 starts at since): the mean of its devices' means (mean), and the largest sum of any (peak). A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, since_s UInt32, closed_s UInt32, hours Array(UInt32), read_hours Array(UInt32), read_quarters Array(UInt32)
SELECT hour, avg(total / number) AS mean, max(total) AS peak
FROM
(
    SELECT device, intDiv(at_ms - {since_ms:Int64}, 3600000) AS hour, sum(part) AS total, sum(said) AS number
    FROM
    (
        -- five minutes until closed_s (layers/cuts.py), as a rule of an hour or two: those before are kept (streams/city_hours.py)
        SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said
        FROM reading_spans FINAL
        WHERE span = 300
            AND metric = {metric:String}
            AND toStartOfHour(start) IN {hours:Array(UInt32)}
            AND start >= {since_s:UInt32}
            AND start < {closed_s:UInt32}
            AND said > 0
        UNION ALL
        SELECT device, toUnixTimestamp64Milli(at), argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1
        FROM readings
        WHERE metric = {metric:String}
            AND toStartOfHour(at) IN {read_hours:Array(UInt32)}
            AND toStartOfFifteenMinutes(at) IN {read_quarters:Array(UInt32)}
            AND at >= {closed_s:UInt32}
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND usable
        GROUP BY device, at
    )
    GROUP BY device, hour
)
GROUP BY hour
