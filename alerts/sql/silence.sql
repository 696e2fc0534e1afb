-- Of each metric: devices heard since since_ms, and how many of them said nothing after silent_ms.
-- params: now_ms Int64, since_ms Int64, silent_ms Int64
SELECT
    toString(metric) AS its_metric,
    toInt64(count()) AS devices,
    toInt64(countIf(newest <= fromUnixTimestamp64Milli({silent_ms:Int64}, 'UTC'))) AS silent
FROM
(
    SELECT metric, device, max(at) AS newest
    FROM readings
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY metric, device
)
GROUP BY metric
