-- Did anybody say anything of a metric after since_ms? Cheaper by far than to learn from `readings` that nobody did.
-- params: metric String, now_ms Int64, since_ms Int64
SELECT 1 AS heard
FROM readings
WHERE metric = {metric:String}
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
LIMIT 1
