-- inside_series.sql of some devices, which are all that were heard in the cells (layers/scope.py), or are asked for wherever they are (anywhere).
-- params: anywhere UInt8, mask UInt64, cells Array(UInt64), device String, devices Array(String), metrics Array(String), step_ms Int64, now_ms Int64, since_ms Int64, since_s UInt32, hours_s UInt32, hours_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32, now_hour_s UInt32
SELECT metric, step, avg(total) AS collected, avg(total / readings) AS mean, max(peak) AS most, min(floor) AS least, count() AS devices
FROM
(
    SELECT device, toString(its_metric) AS metric, intDiv(at_ms - {since_ms:Int64}, {step_ms:Int64}) AS step, sum(part) AS total, sum(said) AS readings, max(high) AS peak, min(low) AS floor
    FROM
    (
        SELECT toString(device) AS device, metric AS its_metric, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, newest.1 AS part, newest.2 AS said, newest.3 AS high, newest.4 AS low
        FROM
        (
            -- no FINAL: it would not read the projection, which has few devices in few granules
            SELECT device, metric, start, argMax((total, reading_spans.readings, reading_spans.most, reading_spans.least, cell), version) AS newest
            FROM reading_spans
            WHERE device IN {devices:Array(String)}
                AND metric IN {metrics:Array(String)}
                AND ((span = 3600 AND start >= {since_s:UInt32} AND start < {hours_hour_s:UInt32}) OR (span = 300 AND start >= {hours_s:UInt32} AND start < {closed_s:UInt32}))
            GROUP BY span, device, metric, start
        )
        WHERE said > 0 AND ({anywhere:UInt8} OR bitAnd(newest.5, {mask:UInt64}) IN {cells:Array(UInt64)})
        UNION ALL
        SELECT device, metric, toUnixTimestamp64Milli(at), argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said, 1, said, said
        FROM readings
        WHERE metric IN {metrics:Array(String)}
            AND toStartOfHour(at) >= {closed_hour_s:UInt32}
            AND toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900
            AND toStartOfHour(at) <= {now_hour_s:UInt32}
            AND at >= {closed_s:UInt32}
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND ({device:String} = '' OR device = {device:String})
            AND ({anywhere:UInt8} OR bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)})
            AND usable
        GROUP BY device, metric, at
    )
    GROUP BY device, its_metric, step
)
GROUP BY metric, step
ORDER BY metric, step
