-- What could not be read in (since, now], by stream and reason.
-- params: now_ms Int64, since_ms Int64
SELECT stream, reason, count() AS messages
FROM rejects
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY stream, reason
ORDER BY stream, messages DESC, reason
