-- The readings of one device and metric in a time window, oldest first; at most the newest 5,000.
-- params: device String, metric String, since_ms Int64, until_ms Int64
SELECT at_ms, value, quality
FROM
(
    SELECT toUnixTimestamp64Milli(at) AS at_ms, value, quality
    FROM readings
    WHERE metric = {metric:String}
        AND device = {device:String}
        AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    ORDER BY at DESC
    LIMIT 5000
)
ORDER BY at_ms
