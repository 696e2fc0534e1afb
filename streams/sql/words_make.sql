-- Note the newest usable word of each device about each metric from each place, of readings in (from, now] that arrived after since_ms.
-- params: now_ms Int64, from_ms Int64, since_ms Int64
INSERT INTO device_words (device, metric, cell, at, value, lat, lon, district, version)
SELECT device, metric, cell, max(at), argMax(value, nth), argMax(lat, nth), argMax(lon, nth), argMax(district, nth), max(nth)
FROM
(
    SELECT device, metric, cell, at, value, lat, lon, district,
        -- 41 bits of the time, 22 of how much later it was received: up to 70 minutes
        toUInt64(toUnixTimestamp64Milli(at)) * 4194304 + least(greatest(toUnixTimestamp64Milli(received) - toUnixTimestamp64Milli(at), 0), 4194303) AS nth
    FROM readings
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND usable
)
GROUP BY device, metric, cell
