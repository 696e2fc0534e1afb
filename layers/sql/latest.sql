-- The newest reading of each device of a metric in (since, now], and the cell it came from (0: it never said where). Of two with the same time the one received last.
-- params: metric String, now_ms Int64, since_ms Int64
SELECT device, argMax(value, (toUnixTimestamp64Milli(at) - {since_ms:Int64}) * 68719476736 + least(greatest(toUnixTimestamp64Milli(received) - {since_ms:Int64}, 0), 68719476735)) AS last, argMaxIf(cell, at, cell != 0) AS place, toUnixTimestamp64Milli(max(at)) AS last_ms
FROM readings
WHERE metric = {metric:String}
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND toStartOfFifteenMinutes(at) > intDiv({since_ms:Int64}, 1000) - 900
    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND usable
GROUP BY device
ORDER BY device
