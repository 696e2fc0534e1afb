-- The largest hourly rain of any gauge in each clock hour since a full hour (hour 0 starts at since).
-- params: now_ms Int64, since_ms Int64
SELECT hour, max(total) AS peak
FROM
(
    SELECT device, intDiv(toUnixTimestamp64Milli(at) - {since_ms:Int64}, 3600000) AS hour, sum(value) AS total
    FROM readings
    WHERE metric = 'rain'
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
        AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
    GROUP BY device, hour
)
GROUP BY hour
ORDER BY hour
