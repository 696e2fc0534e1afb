-- Note the newest word of each device about each metric from each place, of readings in (from, now] that arrived after since_ms.
-- params: now_ms Int64, from_ms Int64, since_ms Int64
INSERT INTO device_heard (device, metric, cell, at)
SELECT device, metric, cell, max(at)
FROM readings
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY device, metric, cell
