-- Cases that reached a stage in each hour since a moment (hour 0 starts at since), and when the last one did.
-- params: stage String, now_ms Int64, since_ms Int64
SELECT intDiv(toUnixTimestamp64Milli(at) - {since_ms:Int64}, 3600000) AS hour, uniqExact(case) AS cases, toUnixTimestamp64Milli(max(at)) AS newest_ms
FROM case_steps
WHERE stage = {stage:String} AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY hour
ORDER BY hour
