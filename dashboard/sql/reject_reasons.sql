-- What was turned away, by stream and reason: since the table began (rejects are kept 90 days) and lately.
-- params: since_ms Int64
SELECT
    stream,
    reason,
    count() AS total,
    countIf(received >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) AS lately,
    toUnixTimestamp64Milli(max(received)) AS newest_ms
FROM rejects
GROUP BY stream, reason
ORDER BY stream, total DESC, reason
