-- Readings of each metric in each span of 10 minutes from before_ms on: how many, and how many of them the simulator sent.
-- params: before_ms Int64, until_ms Int64
SELECT
    metric,
    intDiv(toUnixTimestamp64Milli(at) - {before_ms:Int64}, 600000) AS span,
    count() AS rows,
    countIf(source = 'simulator') AS simulated
FROM readings
WHERE at >= fromUnixTimestamp64Milli({before_ms:Int64}, 'UTC')
  AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY metric, span
ORDER BY metric, span
