-- The city's mean of a metric in each hour since a moment (hour 0 starts at since): the mean of its devices' means.
-- params: metric String, now_ms Int64, since_ms Int64
SELECT hour, avg(mean) AS value, toUnixTimestamp64Milli(max(last)) AS newest_ms
FROM
(
    SELECT device, intDiv(toUnixTimestamp64Milli(at) - {since_ms:Int64} - 1, 3600000) AS hour, avg(value) AS mean, max(at) AS last
    FROM readings
    WHERE metric = {metric:String}
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
    GROUP BY device, hour
)
GROUP BY hour
ORDER BY hour
