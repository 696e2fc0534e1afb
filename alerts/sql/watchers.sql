-- The newest heartbeat of each `watch` heard after since_ms.
-- params: since_ms Int64
SELECT instance, toUnixTimestamp64Milli(max(at)) AS at_ms, argMax(detail, at) AS detail
FROM heartbeats
WHERE process = 'watch' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
GROUP BY instance
