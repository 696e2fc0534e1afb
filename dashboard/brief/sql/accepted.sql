-- Case steps and events accepted with a time between two times.
-- params: from_ms Int64, until_ms Int64
SELECT 'cases' AS stream, count() AS rows
FROM case_steps
WHERE at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
UNION ALL
SELECT 'events' AS stream, count() AS rows
FROM city_events
WHERE at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
