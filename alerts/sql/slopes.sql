-- The straight line through what each device of a metric said after from_ms, single wild readings taken out (layers/smoothing.py): its slope per hour, and of how many readings, three at least. A reading that came twice counts once.
-- params: metric String, now_ms Int64, from_ms Int64
WITH
    arrayMap(one -> one.2, told) AS raw,
    toInt64(length(raw)) AS n,
    arrayMap((a, b, c) -> greatest(least(a, b), least(greatest(a, b), c)), arraySlice(raw, 1, n - 2), arraySlice(raw, 2, n - 2), arraySlice(raw, 3, n - 2)) AS inner,
    arrayConcat([raw[1]], inner, [raw[n]]) AS mid,
    3 * mid[2] - 2 * mid[3] AS before,
    3 * mid[n - 1] - 2 * mid[n - 2] AS after,
    greatest(least(raw[1], mid[2]), least(greatest(raw[1], mid[2]), before)) AS first,
    greatest(least(raw[n], mid[n - 1]), least(greatest(raw[n], mid[n - 1]), after)) AS last
SELECT
    device,
    arrayReduce('simpleLinearRegression', arrayMap(one -> one.1, told), arrayConcat([first], inner, [last])).1 AS slope,
    n AS readings
FROM
(
    SELECT device, arraySort(groupArray(((toUnixTimestamp64Milli(at) - {now_ms:Int64}) / 3600000, said))) AS told
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
    HAVING count() >= 3
)
