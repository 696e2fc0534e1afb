-- The straight line through what each device of a metric said after from_ms: its slope per hour, and of how many readings.
-- params: metric String, now_ms Int64, from_ms Int64
SELECT
    device,
    simpleLinearRegression((toUnixTimestamp64Milli(at) - {now_ms:Int64}) / 3600000, value).1 AS slope,
    toInt64(count()) AS readings
FROM readings
WHERE metric = {metric:String}
    AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
GROUP BY device
