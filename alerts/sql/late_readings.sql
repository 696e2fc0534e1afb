-- Readings of some metrics after since_ms and until until_ms, of these devices, or of all that spoke from these districts or from these cells (H3, of `resolution`); of all, if none are named. At most `most`.
-- params: metrics Array(String), devices Array(String), districts Array(String), cells Array(UInt64), resolution UInt8, since_ms Int64, until_ms Int64, most UInt32
SELECT * REPLACE (toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(received) AS received)
FROM
(
    SELECT at, device, metric, value, quality, usable, lat, lon, cell, district, received, offset, item
    FROM readings
    WHERE metric IN {metrics:Array(String)}
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND (empty({devices:Array(String)}) OR device IN {devices:Array(String)})
        AND ((empty({districts:Array(String)}) AND empty({cells:Array(UInt64)})) OR device IN
        (
            SELECT device
            FROM readings
            WHERE metric IN {metrics:Array(String)}
                AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
                AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
                AND (district IN {districts:Array(String)} OR if(cell = 0, 0, h3ToParent(cell, {resolution:UInt8})) IN {cells:Array(UInt64)})
        ))
    LIMIT {most:UInt32}
)
