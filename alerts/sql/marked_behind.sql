-- Devices of a metric with a reading received after since_ms that bears the mark: how many such, the newest, and how far off its clock was, seconds.
-- params: metric String, now_ms Int64, since_ms Int64, mark String, most UInt32
SELECT
    device,
    toInt64(count()) AS readings,
    toUnixTimestamp64Milli(max(received)) AS newest_ms,
    toFloat64(argMax(toUnixTimestamp64Milli(at) - toUnixTimestamp64Milli(received), received)) / 1000 AS off_s
FROM readings
WHERE metric = {metric:String}
    AND received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND has(splitByChar(',', toString(quality)), {mark:String})
GROUP BY device
ORDER BY readings DESC, device
LIMIT {most:UInt32}
