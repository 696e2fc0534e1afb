-- Every reading of these devices after from_ms, oldest first. A reading that came twice counts once.
-- params: metric String, now_ms Int64, from_ms Int64, devices Array(String)
SELECT
    device,
    toUnixTimestamp64Milli(at) AS at_ms,
    argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said,
    any((toFloat64(lat), toFloat64(lon), cell, toString(district))) AS spot
FROM readings
WHERE metric = {metric:String}
    AND device IN {devices:Array(String)}
    AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND usable
GROUP BY device, at
ORDER BY device, at
