-- The city's mean of a metric in the last hour (point 0), and in the hours that ended with the full five minutes 1 to 24 hours before (points 1 to 24): the mean of its devices' means; since lies 25 hours before now. A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, lately_ms Int64
WITH
    -- five minutes of the rollups up to closed_ms; from the readings those that point 0 begins in, and what came after
    intDiv({now_ms:Int64}, 300000) * 300000 AS full_ms,
    intDiv({since_ms:Int64}, 300000) * 300000 AS first_ms,
    intDiv({now_ms:Int64} - 3600000, 300000) * 300000 AS cut_ms,
    greatest(first_ms, least({lately_ms:Int64}, full_ms)) AS closed_ms
SELECT point, means[point + 1] AS value, newest_ms
FROM
(
    SELECT avgOrNullForEach(mean) AS means, max(last_ms) AS newest_ms
    FROM
    (
        -- of each device 25 hours, counted back from full_ms; the newest of them is as of now
        SELECT
            sumResample(1, 25, 1)(part, slot) AS parts,
            sumResample(1, 25, 1)(said, slot) AS numbers,
            arrayMap((total, number) -> if(number = 0, NULL, total / number), arrayPushFront(parts, sumIf(part, at_ms > {now_ms:Int64} - 3600000)), arrayPushFront(numbers, sumIf(said, at_ms > {now_ms:Int64} - 3600000))) AS mean,
            max(newest) AS last_ms
        FROM
        (
            SELECT device, at_ms, if(at_ms < full_ms, intDiv(full_ms - 1 - at_ms, 3600000), 9999) AS slot, part, said, newest
            FROM
            (
                SELECT device, toInt64(toUnixTimestamp(start)) * 1000 AS at_ms, total AS part, readings AS said, toUnixTimestamp64Milli(last_at) AS newest
                FROM reading_spans FINAL
                WHERE span = 300
                    AND metric = {metric:String}
                    AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli(first_ms, 'UTC')) AND start >= fromUnixTimestamp64Milli(first_ms, 'UTC')
                    AND toStartOfHour(start) <= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) AND start < fromUnixTimestamp64Milli(closed_ms, 'UTC')
                    AND start != fromUnixTimestamp64Milli(cut_ms, 'UTC')
                    AND said > 0
                UNION ALL
                SELECT device, toUnixTimestamp64Milli(at) AS at_ms, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, at_ms
                FROM readings
                WHERE metric = {metric:String}
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
ARRAY JOIN range(25) AS point
WHERE value IS NOT NULL
ORDER BY point
