-- Each air station between two times: the mean of its hourly means and the number of hours it has, ug/m3. A reading that came twice counts once.
-- params: from_ms Int64, until_ms Int64
SELECT
    metric,
    device,
    any(where_it_is) AS district,
    avg(hourly) AS mean,
    count() AS hours
FROM
(
    SELECT
        metric,
        device,
        intDiv(toUnixTimestamp64Milli(at) - {from_ms:Int64}, 3600000) AS hour,
        any(place) AS where_it_is,
        avg(said) AS hourly
    FROM
    (
        SELECT metric, device, at, any(readings.district) AS place, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said
        FROM readings
        WHERE metric IN ('pm25', 'pm10')
          AND at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
          AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
          AND usable
        GROUP BY metric, device, at
    )
    GROUP BY metric, device, hour
)
GROUP BY metric, device
ORDER BY metric, device
