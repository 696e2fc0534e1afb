-- Each cell in (since, now], over its devices that are still fresh: the sum (total) and the largest (peak) of what each one's readings come to; how many those are, how many devices there are. A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, fresh_ms Int64, resolution UInt8, first_s UInt32, closed_s UInt32, read_hours Array(UInt32), read_quarters Array(UInt32)
WITH
    -- 0 of a cell that was stored coarser: it stays what it is
    h3ToParent(place, {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, place, parent) AS hexagon,
    sumIf(shown, last_ms >= {fresh_ms:Int64}) AS total,
    maxIf(shown, last_ms >= {fresh_ms:Int64}) AS peak,
    countIf(last_ms >= {fresh_ms:Int64}) AS fresh,
    count() AS devices,
    max(last_ms) AS newest_ms
FROM
(
    SELECT device, argMaxIf(spot, last_at, spot != 0) AS place, $shown AS shown, toUnixTimestamp64Milli(max(last_at)) AS last_ms
    FROM
    (
        $middle
        UNION ALL
        SELECT device, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024), 1, max(cell), at
        FROM readings
        WHERE metric = {metric:String}
            -- what lies before and after; a window that begins with a bucket has nothing to be read before it
            AND toStartOfHour(at) IN {read_hours:Array(UInt32)}
            AND toStartOfFifteenMinutes(at) IN {read_quarters:Array(UInt32)}
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND (at < {first_s:UInt32} OR at >= {closed_s:UInt32})
            AND usable
        GROUP BY device, at
    )
    GROUP BY device
    HAVING place != 0
)
GROUP BY hexagon
