-- What the table of what was said last says otherwise than the readings of the day before now: (device, metric, cell) whose newest usable word differs; of two with the same time the one received last.
-- params: now_ms Int64, from_ms Int64
SELECT device, metric, cell, noted, said
FROM
(
    SELECT toString(device) AS device, toString(metric) AS metric, cell, max(noted) AS noted, max(said) AS said
    FROM
    (
        SELECT device, metric, cell, argMax((toUnixTimestamp64Milli(at), value), version) AS noted, (toInt64(0), toFloat64(0)) AS said
        FROM device_words
        WHERE device != '' AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        GROUP BY device, metric, cell
        UNION ALL
        SELECT device, metric, cell, (toInt64(0), toFloat64(0)), argMax((toUnixTimestamp64Milli(at), value), (at, received))
        FROM readings
        WHERE at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC') AND usable
        GROUP BY device, metric, cell
    )
    GROUP BY device, metric, cell
)
WHERE noted != said
