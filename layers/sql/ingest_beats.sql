-- The newest heartbeat of each ingest process in (since, now].
-- params: now_ms Int64, since_ms Int64
SELECT instance, argMax(detail, at) AS beat, toUnixTimestamp64Milli(max(at)) AS at_ms
FROM heartbeats
WHERE process = 'ingest' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY instance
ORDER BY instance
