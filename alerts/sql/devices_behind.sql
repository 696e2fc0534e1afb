-- What each device of a metric said after since_ms, in a district ('' for any): its newest, and the sums and ends of the window. A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, district String
SELECT
    device,
    toUnixTimestamp64Milli(max(at)) AS at_ms,
    argMax(said, at) AS last,
    sum(said) AS total,
    avg(said) AS mean,
    max(said) AS most,
    min(said) AS least,
    toInt64(count()) AS readings,
    argMax(place, at) AS spot
FROM
(
    SELECT
        device,
        at,
        argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said,
        any((toFloat64(lat), toFloat64(lon), cell, toString(district))) AS place
    FROM readings
    WHERE metric = {metric:String}
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND ({district:String} = '' OR district = {district:String})
        AND usable
    GROUP BY device, at
)
GROUP BY device
