-- The largest 1 h rain of any gauge as of now (point 0), and as of the full five minutes 10, 20 .. 230 minutes before (points 1 to 23); since lies 290 minutes before now. A reading that came twice counts once.
-- params: now_ms Int64, since_ms Int64, lately_ms Int64
WITH
    -- five minutes of the rollups up to closed_ms; from the readings those that point 0 begins in, and what came after
    intDiv({now_ms:Int64}, 300000) * 300000 AS full_ms,
    intDiv({since_ms:Int64}, 300000) * 300000 AS first_ms,
    intDiv({now_ms:Int64} - 3600000, 300000) * 300000 AS cut_ms,
    greatest(first_ms, least({lately_ms:Int64}, full_ms)) AS closed_ms
SELECT point, peaks[point + 1] AS peak, newest_ms
FROM
(
    SELECT maxForEach(sums) AS peaks, sumForEach(counts) AS heard, max(last_ms) AS newest_ms
    FROM
    (
        -- of each gauge 29 slots of ten minutes, counted back from full_ms; an hour is six of them
        SELECT
            sumResample(0, 29, 1)(part, slot) AS parts,
            sumResample(0, 29, 1)(said, slot) AS numbers,
            arrayConcat([sumIf(part, at_ms > {now_ms:Int64} - 3600000)], arrayMap(point -> arraySum(arraySlice(parts, point + 1, 6)), range(1, 24))) AS sums,
            arrayConcat([sumIf(said, at_ms > {now_ms:Int64} - 3600000)], arrayMap(point -> arraySum(arraySlice(numbers, point + 1, 6)), range(1, 24))) AS counts,
            max(newest) AS last_ms
        FROM
        (
            SELECT device, at_ms, if(at_ms < full_ms, intDiv(full_ms - 1 - at_ms, 600000), 9999) AS slot, part, said, newest
            FROM
            (
                SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, toUnixTimestamp64Milli(last_at) AS newest
                FROM reading_spans FINAL
                WHERE span = 300
                    AND metric = 'rain'
                    AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli(first_ms, 'UTC')) AND start >= fromUnixTimestamp64Milli(first_ms, 'UTC')
                    AND toStartOfHour(start) <= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) AND start < fromUnixTimestamp64Milli(closed_ms, 'UTC')
                    AND start != fromUnixTimestamp64Milli(cut_ms, 'UTC')
                    AND said > 0
                UNION ALL
                SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at_ms
                FROM readings
                WHERE metric = 'rain'
                    AND (toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) OR toStartOfHour(at) = toStartOfHour(fromUnixTimestamp64Milli(cut_ms, 'UTC')))
                    AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
                    AND at >= fromUnixTimestamp64Milli(first_ms, 'UTC')
                    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
                    AND (at >= fromUnixTimestamp64Milli(closed_ms, 'UTC') OR (at >= fromUnixTimestamp64Milli(cut_ms, 'UTC') AND at < fromUnixTimestamp64Milli(cut_ms + 300000, 'UTC')))
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
