-- What the table of last words says otherwise than the readings of the day before now: (device, metric, cell) whose newest differ.
-- params: now_ms Int64, from_ms Int64
SELECT device, metric, cell, max(noted) AS noted_ms, max(said) AS said_ms
FROM
(
    SELECT toString(device) AS device, toString(metric) AS metric, cell, toUnixTimestamp64Milli(max(at)) AS noted, 0 AS said
    FROM device_heard
    WHERE device != '' AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    GROUP BY device, metric, cell
    UNION ALL
    SELECT device, toString(metric), cell, 0, toUnixTimestamp64Milli(max(at))
    FROM readings
    WHERE at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY device, metric, cell
)
GROUP BY device, metric, cell
HAVING noted_ms != said_ms
