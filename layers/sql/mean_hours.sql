-- The city's mean of a metric in each hour since a moment (hour 0 starts at since): the mean of its devices' means. A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64
SELECT hour, avg(mean) AS value, toUnixTimestamp64Milli(max(last)) AS newest_ms
FROM
(
    SELECT device, intDiv(at_ms - {since_ms:Int64} - 1, 3600000) AS hour, avg(said) AS mean, max(last_at) AS last
    FROM
    (
        SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said, at AS last_at
        FROM readings
        WHERE metric = {metric:String}
            AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
            AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND usable
        GROUP BY device, at
    )
    GROUP BY device, hour
)
GROUP BY hour
ORDER BY hour
