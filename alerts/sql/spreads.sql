-- What each device of a metric said after from_ms: the last less the first, how many different values, the quantile q, and of how many readings. A reading that came twice counts once.
-- params: metric String, now_ms Int64, from_ms Int64, q Float64
WITH
    arraySort(groupArray(said)) AS sorted,
    toFloat64(length(sorted) - 1) * {q:Float64} AS place,
    toInt64(floor(place)) + 1 AS low
SELECT
    device,
    argMax(said, at) - argMin(said, at) AS change,
    toFloat64(uniqExact(said)) AS distinct,
    sorted[low] + (place - floor(place)) * (sorted[least(low + 1, length(sorted))] - sorted[low]) AS quantile,
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
