-- The largest 1 h rain of any gauge as of now and as of every 10 minutes before (point 0 is now), for 24 points: since lies 290 minutes before now.
-- params: now_ms Int64, since_ms Int64
SELECT point, max(total) AS peak, toUnixTimestamp64Milli(max(last)) AS newest_ms
FROM
(
    -- a sixth of an hour belongs to the six points whose hour holds it
    SELECT device, arrayJoin(range(toUInt32(greatest(step - 5, 0)), toUInt32(least(step, 23) + 1))) AS point, sum(part) AS total, max(last_at) AS last
    FROM
    (
        SELECT device, toInt32(intDiv({now_ms:Int64} - toUnixTimestamp64Milli(at), 600000)) AS step, sum(value) AS part, max(at) AS last_at
        FROM readings
        WHERE metric = 'rain'
            AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
            AND toStartOfHour(at) <= toStartOfHour(fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND quality NOT IN ('bad', 'invalid', 'error', 'suspect', 'outside')
        GROUP BY device, step
    )
    GROUP BY device, point
)
GROUP BY point
ORDER BY point
