-- A metric in each clock hour since a full hour (hour 0 starts at since): the mean of its devices' means (value), and the largest sum of any (peak). A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, since_hour_s UInt32, hours_s UInt32, hours_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32, now_hour_s UInt32
SELECT hour, avg(total / number) AS value, max(total) AS peak, toUnixTimestamp64Milli(max(last)) AS newest_ms
FROM
(
    SELECT device, intDiv(at_ms - {since_ms:Int64}, 3600000) AS hour, sum(part) AS total, sum(said) AS number, max(last_at) AS last
    FROM
    (
        SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, last_at
        FROM reading_spans FINAL
        WHERE metric = {metric:String}
            -- whole hours until hours_s, five minutes until closed_s (layers/cuts.py)
            AND
            (
                (span = 3600 AND toStartOfHour(start) >= {since_hour_s:UInt32} AND toStartOfHour(start) < {hours_hour_s:UInt32})
                OR (span = 300 AND toStartOfHour(start) >= {hours_hour_s:UInt32} AND start >= {hours_s:UInt32} AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32})
            )
            AND said > 0
        UNION ALL
        SELECT device, toUnixTimestamp64Milli(at), argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at
        FROM readings
        WHERE metric = {metric:String}
            AND toStartOfHour(at) >= {closed_hour_s:UInt32}
            AND toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900
            AND toStartOfHour(at) <= {now_hour_s:UInt32}
            AND at >= {closed_s:UInt32}
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND usable
        GROUP BY device, at
    )
    GROUP BY device, hour
)
GROUP BY hour
ORDER BY hour
