-- The largest 1 h rain of any gauge as of the full five minutes 10, 20 .. 230 minutes before full_s (points 1 to 23); since lies 290 minutes before now. A reading that came twice counts once.
-- params: full_s UInt32, first_s UInt32, first_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32, end_s UInt32, end_hour_s UInt32
SELECT point, peaks[point] AS peak, newest_ms
FROM
(
    SELECT maxForEach(sums) AS peaks, sumForEach(counts) AS heard, max(last_ms) AS newest_ms
    FROM
    (
        -- of each gauge 28 slots of ten minutes, counted back from ten minutes before full_s; an hour is six of them
        SELECT
            sumResample(1, 29, 1)(part, slot) AS parts,
            sumResample(1, 29, 1)(said, slot) AS numbers,
            arrayMap(point -> arraySum(arraySlice(parts, point, 6)), range(1, 24)) AS sums,
            arrayMap(point -> arraySum(arraySlice(numbers, point, 6)), range(1, 24)) AS counts,
            max(newest) AS last_ms
        FROM
        (
            SELECT device, intDiv({full_s:UInt32} * 1000 - 1 - at_ms, 600000) AS slot, part, said, newest
            FROM
            (
                SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, toUnixTimestamp64Milli(last_at) AS newest
                FROM reading_spans FINAL
                WHERE span = 300
                    AND metric = 'rain'
                    -- up to closed_s (layers/cuts.py), which is end_s while somebody looks; else the rest from the readings
                    AND toStartOfHour(start) >= {first_hour_s:UInt32} AND start >= {first_s:UInt32}
                    AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32}
                    AND said > 0
                UNION ALL
                SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at_ms
                FROM readings
                WHERE metric = 'rain'
                    AND toStartOfHour(at) >= {closed_hour_s:UInt32}
                    AND toStartOfHour(at) <= {end_hour_s:UInt32}
                    AND toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900
                    AND at >= {closed_s:UInt32}
                    AND at < {end_s:UInt32}
                    AND usable
                GROUP BY device, at
            )
        )
        GROUP BY device
    )
)
ARRAY JOIN range(1, 24) AS point
WHERE heard[point] > 0
ORDER BY point
