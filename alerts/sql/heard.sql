-- Of which of these metrics did anybody say anything after since_ms? Cheaper by far than to learn from `readings` that nobody did.
-- params: metrics Array(String), now_ms Int64, since_ms Int64
SELECT DISTINCT toString(metric) AS heard
FROM readings
WHERE metric IN {metrics:Array(String)}
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
