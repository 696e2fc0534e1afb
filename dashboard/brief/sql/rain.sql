-- Each rain gauge between two times: its total, and the most that fell in any 60 minutes inside them and when those ended, mm. A reading that came twice counts once.
-- params: from_ms Int64, until_ms Int64
SELECT
    device,
    any(place) AS district,
    sum(fell) AS total,
    max(hour) AS hour_max,
    argMax(at_ms, (hour, -at_ms)) AS hour_ms
FROM
(
    SELECT
        device,
        at_ms,
        place,
        fell,
        sum(fell) OVER (PARTITION BY device ORDER BY at_ms RANGE BETWEEN 3599999 PRECEDING AND CURRENT ROW) AS hour
    FROM
    (
        SELECT
            device,
            toUnixTimestamp64Milli(at) AS at_ms,
            any(readings.district) AS place,
            argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS fell
        FROM readings
        WHERE metric = 'rain'
          AND at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
          AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
          AND usable
        GROUP BY device, at
    )
)
GROUP BY device
ORDER BY device
