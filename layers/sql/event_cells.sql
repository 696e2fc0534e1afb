-- Events told in (since, now] that are not over, at each place (cell of a resolution, 0 is nowhere), and the newest word about any.
-- params: resolution UInt8, now_ms Int64, since_ms Int64
WITH
    -- 0 of nowhere, which is taken for H3's first cell here, and of a cell that was stored coarser: it stays what it is
    h3ToParent(greatest(spot, 576495936675512319), {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, spot, parent) AS hexagon,
    countIf(last_status IN ('active', 'open', 'updated') AND NOT expired) AS events,
    max(told_ms) AS newest_ms
FROM
(
    SELECT
        event,
        argMaxIf(cell, at, cell != 0) AS spot,
        argMax(toString(status), tuple(at, received, offset, item)) AS last_status,
        ifNull(argMax(tuple(expires), tuple(at, received, offset, item)).1 <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'), 0) AS expired,
        toUnixTimestamp64Milli(max(at)) AS told_ms
    FROM city_events
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY event
)
GROUP BY hexagon
