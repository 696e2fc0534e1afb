-- The city's mean of a metric in the last hour (point 0), and in the hours that ended with the full five minutes 1 to 24 hours before (points 1 to 24): the mean of its devices' means; since lies 25 hours before now. A reading that came twice counts once.
-- params: metric String, now_ms Int64, full_s UInt32, first_s UInt32, first_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32, cut_s UInt32, cut_hour_s UInt32, now_hour_s UInt32
SELECT point, means[point + 1] AS value, newest_ms
FROM
(
    SELECT avgOrNullForEach(mean) AS means, max(last_ms) AS newest_ms
    FROM
    (
        -- of each device 25 hours, counted back from full_s; the newest of them is as of now
        SELECT
            sumResample(1, 25, 1)(part, slot) AS parts,
            sumResample(1, 25, 1)(said, slot) AS numbers,
            arrayMap((total, number) -> if(number = 0, NULL, total / number), arrayPushFront(parts, sumIf(part, at_ms > {now_ms:Int64} - 3600000)), arrayPushFront(numbers, sumIf(said, at_ms > {now_ms:Int64} - 3600000))) AS mean,
            max(newest) AS last_ms
        FROM
        (
            SELECT device, at_ms, if(at_ms < {full_s:UInt32} * 1000, intDiv({full_s:UInt32} * 1000 - 1 - at_ms, 3600000), 9999) AS slot, part, said, newest
            FROM
            (
                SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, toUnixTimestamp64Milli(last_at) AS newest
                FROM reading_spans FINAL
                WHERE span = 300
                    AND metric = {metric:String}
                    -- up to closed_s (layers/cuts.py); from the readings the five minutes that point 0 begins in, and what came after
                    AND toStartOfHour(start) >= {first_hour_s:UInt32} AND start >= {first_s:UInt32}
                    AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32}
                    AND start != {cut_s:UInt32}
                    AND said > 0
                UNION ALL
                SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at_ms
                FROM readings
                WHERE metric = {metric:String}
                    AND (toStartOfHour(at) >= {closed_hour_s:UInt32} OR toStartOfHour(at) = {cut_hour_s:UInt32})
                    AND (toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900 OR (toStartOfFifteenMinutes(at) > {cut_s:UInt32} - 900 AND toStartOfFifteenMinutes(at) <= {cut_s:UInt32}))
                    AND toStartOfHour(at) <= {now_hour_s:UInt32}
                    AND at >= {first_s:UInt32}
                    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
                    AND (at >= {closed_s:UInt32} OR (at >= {cut_s:UInt32} AND at < {cut_s:UInt32} + 300))
                    AND usable
                GROUP BY device, at
            )
        )
        GROUP BY device
    )
)
ARRAY JOIN range(25) AS point
WHERE value IS NOT NULL
ORDER BY point
