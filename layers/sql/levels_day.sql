-- The last water level of some stations (ids, comma between) in each step of (since, now], steps counted back from now (0 is the newest).
-- params: devices String, now_ms Int64, since_ms Int64, step_ms Int64
SELECT
    device,
    intDiv({now_ms:Int64} - toUnixTimestamp64Milli(at), {step_ms:Int64}) AS step,
    argMax(value, at) AS level,
    toUnixTimestamp64Milli(max(at)) AS last_ms
FROM readings
WHERE metric = 'water_level'
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    AND has(splitByChar(',', {devices:String}), device)
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
GROUP BY device, step
ORDER BY device, step DESC
