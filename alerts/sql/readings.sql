-- Each device of a metric heard since since_ms, ring by ring: ring n holds what was said after the nth of edges (oldest first).
-- params: metric String, now_ms Int64, since_ms Int64, edges Array(Int64)
SELECT
    device,
    toInt64(arrayCount(edge -> toUnixTimestamp64Milli(at) > edge, {edges:Array(Int64)})) AS ring,
    toUnixTimestamp64Milli(max(at)) AS at_ms,
    argMax(value, bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576)) AS last,
    sum(value) AS total,
    max(value) AS most,
    min(value) AS least,
    toInt64(count()) AS readings,
    argMaxIf((toFloat64(lat), toFloat64(lon), cell, toString(district)), at, cell > 0) AS spot
FROM readings
WHERE metric = {metric:String}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
GROUP BY device, ring
