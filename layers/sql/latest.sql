-- The newest reading of each device of a metric in (since, now], and the cell it came from (0: it never said where).
-- params: metric String, now_ms Int64, since_ms Int64
SELECT device, argMax(value, at) AS last, argMaxIf(cell, at, cell != 0) AS place, toUnixTimestamp64Milli(max(at)) AS last_ms
FROM readings
WHERE metric = {metric:String}
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
GROUP BY device
ORDER BY device
