-- The largest 1 h rain of any gauge as of now (point 0), and as of the full five minutes 10, 20 .. 230 minutes before (points 1 to 23); since lies 290 minutes before now. A reading that came twice counts once.
-- params: now_ms Int64, full_s UInt32, first_s UInt32, first_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32, cut_s UInt32, cut_hour_s UInt32, now_hour_s UInt32
SELECT point, peaks[point + 1] AS peak, newest_ms
FROM
(
    SELECT maxForEach(sums) AS peaks, sumForEach(counts) AS heard, max(last_ms) AS newest_ms
    FROM
    (
        -- of each gauge 29 slots of ten minutes, counted back from full_s; an hour is six of them
        SELECT
            sumResample(0, 29, 1)(part, slot) AS parts,
            sumResample(0, 29, 1)(said, slot) AS numbers,
            arrayConcat([sumIf(part, at_ms > {now_ms:Int64} - 3600000)], arrayMap(point -> arraySum(arraySlice(parts, point + 1, 6)), range(1, 24))) AS sums,
            arrayConcat([sumIf(said, at_ms > {now_ms:Int64} - 3600000)], arrayMap(point -> arraySum(arraySlice(numbers, point + 1, 6)), range(1, 24))) AS counts,
            max(newest) AS last_ms
        FROM
        (
            SELECT device, at_ms, if(at_ms < {full_s:UInt32} * 1000, intDiv({full_s:UInt32} * 1000 - 1 - at_ms, 600000), 9999) AS slot, part, said, newest
            FROM
            (
                SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, toUnixTimestamp64Milli(last_at) AS newest
                FROM reading_spans FINAL
                WHERE span = 300
                    AND metric = 'rain'
                    -- up to closed_s (layers/cuts.py); from the readings the five minutes that point 0 begins in, and what came after
                    AND toStartOfHour(start) >= {first_hour_s:UInt32} AND start >= {first_s:UInt32}
                    AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32}
                    AND start != {cut_s:UInt32}
                    AND said > 0
                UNION ALL
                SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at_ms
                FROM readings
                WHERE metric = 'rain'
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
ARRAY JOIN range(24) AS point
WHERE heard[point + 1] > 0
ORDER BY point
