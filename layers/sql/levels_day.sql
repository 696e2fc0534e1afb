-- The last water level of some stations in each step of (since, now], steps counted back from now (0 is the newest). Of two with the same time the one received last.
-- params: devices Array(String), now_ms Int64, since_ms Int64, step_ms Int64
SELECT
    device,
    intDiv({now_ms:Int64} - toUnixTimestamp64Milli(at), {step_ms:Int64}) AS step,
    argMax(value, (toUnixTimestamp64Milli(at) - {since_ms:Int64}) * 68719476736 + least(greatest(toUnixTimestamp64Milli(received) - {since_ms:Int64}, 0), 68719476735)) AS level,
    toUnixTimestamp64Milli(max(at)) AS last_ms
FROM readings
WHERE metric = 'water_level'
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    AND device IN {devices:Array(String)}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND usable
GROUP BY device, step
ORDER BY device, step DESC
