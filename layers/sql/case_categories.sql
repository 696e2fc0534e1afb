-- Cases reported since a moment by category, most first; '' is a case that named none.
-- params: now_ms Int64, since_ms Int64, most UInt8
SELECT category, uniqExact(case) AS reported
FROM case_steps
WHERE stage = 'reported' AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY category
ORDER BY reported DESC, category
LIMIT {most:UInt8}
