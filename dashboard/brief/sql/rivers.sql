-- Each river gauge between two times: its highest level and when, its last level and when, metres.
-- params: from_ms Int64, until_ms Int64
SELECT
    device,
    max(value) AS peak,
    toUnixTimestamp64Milli(argMax(at, (value, -toUnixTimestamp64Milli(at)))) AS peak_ms,
    argMax(value, (at, received)) AS last,
    toUnixTimestamp64Milli(max(at)) AS last_ms
FROM readings
WHERE metric = 'water_level'
  AND at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
  AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
  AND usable
GROUP BY device
