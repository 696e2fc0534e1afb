-- Every water level of some stations in (since, now], for the rate of rise. Of two with the same time the one received last.
-- params: devices Array(String), now_ms Int64, since_ms Int64
SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(readings.value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS value
FROM readings
WHERE metric = 'water_level'
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND toStartOfFifteenMinutes(at) > intDiv({since_ms:Int64}, 1000) - 900
    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    AND device IN {devices:Array(String)}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND usable
GROUP BY device, at
ORDER BY device, at_ms
