-- Rain of each hour from from_ms on: the mean over the gauges and the most at one gauge, mm. A reading that came twice counts once.
-- params: from_ms Int64, until_ms Int64
SELECT
    hour,
    avg(fell) AS mean,
    max(fell) AS most
FROM
(
    SELECT
        device,
        intDiv(toUnixTimestamp64Milli(at) - {from_ms:Int64}, 3600000) AS hour,
        sum(said) AS fell
    FROM
    (
        SELECT device, at, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said
        FROM readings
        WHERE metric = 'rain'
          AND at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
          AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
          AND usable
        GROUP BY device, at
    )
    GROUP BY device, hour
)
GROUP BY hour
ORDER BY hour
