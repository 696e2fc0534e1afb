-- The largest 1 h rain of any gauge as of now; since lies an hour before. A reading that came twice counts once.
-- params: now_ms Int64, since_ms Int64, closed_s UInt32, closed_hour_s UInt32, cut_s UInt32, cut_hour_s UInt32, now_hour_s UInt32
SELECT max(fallen) AS peak, max(newest) AS newest_ms
FROM
(
    SELECT device, sum(part) AS fallen, max(last_ms) AS newest
    FROM
    (
        SELECT device, total AS part, readings AS said, toUnixTimestamp64Milli(last_at) AS last_ms
        FROM reading_spans FINAL
        WHERE span = 300
            AND metric = 'rain'
            -- up to closed_s (layers/cuts.py); from the readings the five minutes that the hour begins in, and what came after
            AND toStartOfHour(start) >= {cut_hour_s:UInt32} AND start > {cut_s:UInt32}
            AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32}
            AND said > 0
        UNION ALL
        SELECT device, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, toUnixTimestamp64Milli(at)
        FROM readings
        WHERE metric = 'rain'
            AND (toStartOfHour(at) >= {closed_hour_s:UInt32} OR toStartOfHour(at) = {cut_hour_s:UInt32})
            AND (toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900 OR (toStartOfFifteenMinutes(at) > {cut_s:UInt32} - 900 AND toStartOfFifteenMinutes(at) <= {cut_s:UInt32}))
            AND toStartOfHour(at) <= {now_hour_s:UInt32}
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND (at >= {closed_s:UInt32} OR at < {cut_s:UInt32} + 300)
            AND usable
        GROUP BY device, at
    )
    GROUP BY device
)
HAVING newest_ms > 0
-- a second thread takes more processor time, and saves none on the clock
SETTINGS max_threads = 1
