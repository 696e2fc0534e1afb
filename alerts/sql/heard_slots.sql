-- How many devices of a metric spoke in each of the last `slots` windows of window_ms (slot 0 ends at now_ms).
-- params: metric String, now_ms Int64, window_ms Int64, slots Int64
SELECT
    toInt64(intDiv({now_ms:Int64} - toUnixTimestamp64Milli(at), {window_ms:Int64})) AS slot,
    toInt64(uniqExact(device)) AS devices
FROM readings
WHERE metric = {metric:String}
    AND at > fromUnixTimestamp64Milli({now_ms:Int64} - {slots:Int64} * {window_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY slot
