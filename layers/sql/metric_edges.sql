-- What each device said of a metric before and after the middle of (since, now]: the readings before first_s and from closed_s on, newest first. One that came twice counts once. A device is a number: names take as long to be handed over as all the rest to be found.
-- params: metric String, now_ms Int64, since_ms Int64, first_s UInt32, closed_s UInt32, read_hours Array(UInt32), read_quarters Array(UInt32)
WITH
    -- arrays of some ten readings: to group by device and moment costs a fifth of the whole question more
    arrayReverseSort(groupArray((at, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024, value))) AS told,
    arrayFilter((said, time) -> time = 1, told.3, arrayEnumerateUniq(told.1)) AS once
SELECT cityHash64(device) AS number, $edge AS $part, length(once) AS said, argMaxIf(cell, readings.at, cell != 0) AS spot, toUnixTimestamp64Milli(max(at)) AS last_ms
FROM readings
WHERE metric = {metric:String}
    AND toStartOfHour(at) IN {read_hours:Array(UInt32)}
    AND toStartOfFifteenMinutes(at) IN {read_quarters:Array(UInt32)}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND (at < {first_s:UInt32} OR at >= {closed_s:UInt32})
    AND usable
GROUP BY device
