-- Of these devices of a metric: when each said something last since since_ms, the longest silent first.
-- params: metric String, devices Array(String), now_ms Int64, since_ms Int64, most UInt32
SELECT device, toUnixTimestamp64Milli(max(at)) AS newest_ms, toString(argMax(district, at)) AS its_district
FROM readings
WHERE metric = {metric:String}
    AND device IN {devices:Array(String)}
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY device
ORDER BY newest_ms, device
LIMIT {most:UInt32}
