-- Of a metric in each of the last `slots` windows of window_ms (slot 0 ends at now_ms, by arrival): devices heard, and how many of them with a reading that bears the mark.
-- params: metric String, now_ms Int64, window_ms Int64, slots Int64, mark String
SELECT
    toInt64(intDiv({now_ms:Int64} - toUnixTimestamp64Milli(received), {window_ms:Int64})) AS slot,
    toInt64(uniqExact(device)) AS devices,
    toInt64(uniqExactIf(device, has(splitByChar(',', toString(quality)), {mark:String}))) AS marked
FROM readings
WHERE metric = {metric:String}
    AND received > fromUnixTimestamp64Milli({now_ms:Int64} - {slots:Int64} * {window_ms:Int64}, 'UTC')
    AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY slot
