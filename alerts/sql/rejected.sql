-- How many messages were rejected after since_ms, by stream and reason.
-- params: now_ms Int64, since_ms Int64
SELECT toString(stream) AS its_stream, toString(reason) AS its_reason, toInt64(count()) AS messages
FROM rejects
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY stream, reason
