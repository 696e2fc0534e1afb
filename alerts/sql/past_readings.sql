-- Readings after since_ms and until until_ms as they were stored, of some metrics or ([]) of all, for a back-test.
-- params: metrics Array(String), since_ms Int64, until_ms Int64
SELECT * REPLACE (toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(received) AS received)
FROM
(
    SELECT at, device, metric, value, quality, usable, lat, lon, cell, district, received, offset, item
    FROM readings
    WHERE (empty({metrics:Array(String)}) OR metric IN {metrics:Array(String)})
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
)
