-- Messages refused between two times of arrival, by stream and reason, most first.
-- params: from_ms Int64, until_ms Int64
SELECT
    stream,
    reason,
    count() AS rows
FROM rejects
WHERE received >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
  AND received < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY stream, reason
ORDER BY rows DESC, stream, reason
