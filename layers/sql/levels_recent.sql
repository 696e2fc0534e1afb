-- Every water level of some stations (ids, comma between) in (since, now], for the rate of rise.
-- params: devices String, now_ms Int64, since_ms Int64
SELECT device, toUnixTimestamp64Milli(at) AS at_ms, value
FROM readings
WHERE metric = 'water_level'
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    AND has(splitByChar(',', {devices:String}), device)
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
ORDER BY device, at_ms
