-- What each device said of a metric before and after the middle of (since, now]: the readings before first_s and from closed_s on. One that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, first_s UInt32, closed_s UInt32, read_hours Array(UInt32), read_quarters Array(UInt32)
SELECT device, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, max(cell), at
FROM readings
WHERE metric = {metric:String}
    AND toStartOfHour(at) IN {read_hours:Array(UInt32)}
    AND toStartOfFifteenMinutes(at) IN {read_quarters:Array(UInt32)}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND (at < {first_s:UInt32} OR at >= {closed_s:UInt32})
    AND usable
GROUP BY device, at
