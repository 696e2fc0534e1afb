-- A metric in each clock hour since a full hour (hour 0 starts at since): the mean of its devices' means (value), and the largest sum of any (peak). A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, rolled_ms Int64, lately_ms Int64
WITH
    -- up to hours_ms whole hours of the rollups (none where clock hours begin in between, as in +05:30), up to closed_ms their five minutes, then readings
    greatest({since_ms:Int64}, if({since_ms:Int64} % 3600000 = 0, intDiv(least({rolled_ms:Int64}, {now_ms:Int64}), 3600000) * 3600000, 0)) AS hours_ms,
    greatest(hours_ms, intDiv(least({lately_ms:Int64}, {now_ms:Int64}), 300000) * 300000) AS closed_ms
SELECT hour, avg(total / number) AS value, max(total) AS peak, toUnixTimestamp64Milli(max(last)) AS newest_ms
FROM
(
    SELECT device, intDiv(at_ms - {since_ms:Int64}, 3600000) AS hour, sum(part) AS total, sum(said) AS number, max(last_at) AS last
    FROM
    (
        SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, last_at
        FROM reading_spans FINAL
        WHERE metric = {metric:String}
            AND
            (
                (span = 3600 AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) AND start >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND toStartOfHour(start) <= toStartOfHour(fromUnixTimestamp64Milli(hours_ms, 'UTC')) AND start < fromUnixTimestamp64Milli(hours_ms, 'UTC'))
                OR (span = 300 AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli(hours_ms, 'UTC')) AND start >= fromUnixTimestamp64Milli(hours_ms, 'UTC') AND toStartOfHour(start) <= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) AND start < fromUnixTimestamp64Milli(closed_ms, 'UTC'))
            )
            AND said > 0
        UNION ALL
        SELECT device, toUnixTimestamp64Milli(at), argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at
        FROM readings
        WHERE metric = {metric:String}
            AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC'))
            AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
            AND at >= fromUnixTimestamp64Milli(closed_ms, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND usable
        GROUP BY device, at
    )
    GROUP BY device, hour
)
GROUP BY hour
ORDER BY hour
