-- The straight line through what each device of a metric said after from_ms: its slope per hour, and of how many readings. A reading that came twice counts once.
-- params: metric String, now_ms Int64, from_ms Int64
SELECT
    device,
    simpleLinearRegression((toUnixTimestamp64Milli(at) - {now_ms:Int64}) / 3600000, said).1 AS slope,
    toInt64(count()) AS readings
FROM
(
    SELECT device, at, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said
    FROM readings
    WHERE metric = {metric:String}
        AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND usable
    GROUP BY device, at
)
GROUP BY device
