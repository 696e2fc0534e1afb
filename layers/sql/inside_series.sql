-- Some metrics in a place (layers/scope.py) in each step since a moment that a step begins at (step 0 starts at since): the mean over devices of what each collected (collected) and of each one's mean (mean), the largest and the smallest reading, how many devices. A reading that came twice counts once.
-- params: metrics Array(String), step_ms Int64, now_ms Int64, since_ms Int64, since_hour_s UInt32, hours_s UInt32, hours_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32, read_hours Array(UInt32), read_quarters Array(UInt32)
SELECT metric, step, avg(total) AS collected, avg(total / readings) AS mean, max(peak) AS most, min(floor) AS least, count() AS devices
FROM
(
    SELECT device, toString(its_metric) AS metric, intDiv(at_ms - {since_ms:Int64}, {step_ms:Int64}) AS step, sum(part) AS total, sum(said) AS readings, max(high) AS peak, min(low) AS floor
    FROM
    (
        SELECT device, metric AS its_metric, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, reading_spans.readings AS said, reading_spans.most AS high, reading_spans.least AS low
        FROM reading_spans FINAL
        WHERE metric IN {metrics:Array(String)}
            -- whole hours until hours_s, five minutes until closed_s (layers/cuts.py)
            AND
            (
                (span = 3600 AND toStartOfHour(start) >= {since_hour_s:UInt32} AND toStartOfHour(start) < {hours_hour_s:UInt32})
                OR (span = 300 AND toStartOfHour(start) >= {hours_hour_s:UInt32} AND start >= {hours_s:UInt32} AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32})
            )
            AND $place
            AND said > 0
        UNION ALL
        SELECT device, metric, toUnixTimestamp64Milli(at), argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said, 1, said, said
        FROM readings
        WHERE metric IN {metrics:Array(String)}
            AND toStartOfHour(at) IN {read_hours:Array(UInt32)}
            AND toStartOfFifteenMinutes(at) IN {read_quarters:Array(UInt32)}
            AND at >= {closed_s:UInt32}
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND $place
            AND usable
        GROUP BY device, metric, at
    )
    GROUP BY device, its_metric, step
)
GROUP BY metric, step
ORDER BY metric, step
