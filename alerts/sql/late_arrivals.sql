-- What arrived after since_ms and until until_ms more than late_ms after it was said, by who said what where and the minute of arrival, oldest arrivals first: rows about times from far_ms on, and how many are older. Not what the simulator made up.
-- params: since_ms Int64, until_ms Int64, late_ms Int64, far_ms Int64, most UInt32
SELECT
    stream,
    metric,
    device,
    district,
    cell,
    intDiv(received_ms, 60000) * 60000 AS slot_ms,
    toInt64(countIf(at_ms >= {far_ms:Int64})) AS rows,
    minIf(at_ms, at_ms >= {far_ms:Int64}) AS first_ms,
    maxIf(at_ms, at_ms >= {far_ms:Int64}) AS last_ms,
    maxIf(received_ms - at_ms, at_ms >= {far_ms:Int64}) AS lateness_ms,
    toInt64(countIf(at_ms < {far_ms:Int64})) AS old
FROM
(
    SELECT
        'iot' AS stream,
        toString(metric) AS metric,
        device,
        toString(district) AS district,
        cell,
        toUnixTimestamp64Milli(at) AS at_ms,
        toUnixTimestamp64Milli(received) AS received_ms
    FROM readings
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND received <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND toUnixTimestamp64Milli(received) - toUnixTimestamp64Milli(at) > {late_ms:Int64}
        AND usable
        AND source != 'simulator'
    UNION ALL
    SELECT
        'cases',
        '',
        '',
        toString(district),
        cell,
        toUnixTimestamp64Milli(at),
        toUnixTimestamp64Milli(received)
    FROM case_steps
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND received <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND toUnixTimestamp64Milli(received) - toUnixTimestamp64Milli(at) > {late_ms:Int64}
        AND source != 'simulator'
)
GROUP BY stream, metric, device, district, cell, slot_ms
ORDER BY slot_ms, stream, metric, device, district, cell
LIMIT {most:UInt32}
