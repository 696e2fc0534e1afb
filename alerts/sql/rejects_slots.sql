-- How many messages of a stream were rejected in each of the last `slots` windows of window_ms (slot 0 ends at now_ms), by reason.
-- params: stream String, now_ms Int64, window_ms Int64, slots Int64
SELECT
    toInt64(intDiv({now_ms:Int64} - toUnixTimestamp64Milli(received), {window_ms:Int64})) AS slot,
    toString(reason) AS its_reason,
    toInt64(count()) AS messages,
    toUnixTimestamp64Milli(max(received)) AS newest_ms
FROM rejects
WHERE stream = {stream:String}
    AND received > fromUnixTimestamp64Milli({now_ms:Int64} - {slots:Int64} * {window_ms:Int64}, 'UTC')
    AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY slot, reason
