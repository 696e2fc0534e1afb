-- Each cell in a window, over its devices that are still fresh: the sum (total) and the largest (peak) of what each one's readings come to; how many those are, how many devices there are.
-- params: fresh_ms Int64, resolution UInt8
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
    FROM ($middle UNION ALL $edges)
    GROUP BY device
    HAVING place != 0
)
GROUP BY hexagon
