-- Devices of a metric heard since since_ms that said nothing after silent_ms, the longest silent first.
-- params: metric String, now_ms Int64, since_ms Int64, silent_ms Int64, most UInt32
SELECT device, toUnixTimestamp64Milli(max(at)) AS newest_ms, toString(argMax(district, at)) AS its_district
FROM readings
WHERE metric = {metric:String}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY device
HAVING newest_ms <= {silent_ms:Int64}
ORDER BY newest_ms, device
LIMIT {most:UInt32}
