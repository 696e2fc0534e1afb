-- The next page of the registry, by device, of entries that arrived since a moment; all entries of its last device are in it.
-- params: after String, since_ms Int64, most UInt32
SELECT device, toUnixTimestamp64Milli(at) AS at_ms, state, lat, lon, cell, district, metrics, units
FROM
(
    SELECT device, at, state, lat, lon, cell, district, metrics, units, received, offset, item
    FROM device_entries
    WHERE device > {after:String} AND received >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    ORDER BY device
    LIMIT {most:UInt32} WITH TIES
)
ORDER BY device, at, received, offset, item
