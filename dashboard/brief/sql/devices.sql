-- Devices of each metric that spoke between two times, and how many of them were last heard before silent_ms.
-- params: before_ms Int64, until_ms Int64, silent_ms Int64
SELECT
    metric,
    count() AS devices,
    countIf(last_ms < {silent_ms:Int64}) AS silent,
    min(last_ms) AS longest_ms
FROM
(
    SELECT
        metric,
        device,
        toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM readings
    WHERE at >= fromUnixTimestamp64Milli({before_ms:Int64}, 'UTC')
      AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    GROUP BY metric, device
)
GROUP BY metric
ORDER BY metric
