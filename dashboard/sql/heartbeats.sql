-- The newest heartbeat of each instance of each process since a moment.
-- params: since_ms Int64
SELECT process, instance, toUnixTimestamp64Milli(max(at)) AS at_ms, argMax(detail, at) AS detail
FROM heartbeats
WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
GROUP BY process, instance
ORDER BY process, at_ms DESC
