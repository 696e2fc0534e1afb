-- Each event that a feed reported between two times, with its last status in them.
-- params: from_ms Int64, until_ms Int64
SELECT
    event,
    argMax(title, at) AS title,
    argMax(kind, at) AS kind,
    argMax(grade, at) AS grade,
    argMax(status, at) AS status,
    argMax(district, at) AS district,
    argMax(sender, at) AS sender,
    toUnixTimestamp64Milli(min(at)) AS first_ms,
    countIf(source = 'simulator') > 0 AS simulated
FROM city_events
WHERE at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
  AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY event
ORDER BY first_ms
LIMIT 1000
