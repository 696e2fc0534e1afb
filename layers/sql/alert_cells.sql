-- Open warnings at each place (cell of a resolution, 0 is nowhere): the worst level (1 blue to 4 red), how many, the newest transition. An alert whose data stopped (stale) stays at its last level.
-- params: resolution UInt8, now_ms Int64, since_ms Int64
WITH
    -- 0 of nowhere, which is taken for H3's first cell here, and of a cell that was stored coarser: it stays what it is
    h3ToParent(greatest(spot, 576495936675512319), {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, spot, parent) AS hexagon,
    max(indexOf(['blue', 'yellow', 'orange', 'red'], level)) AS worst,
    count() AS alerts,
    max(last_ms) AS newest_ms
FROM
(
    SELECT argMax(cell, at) AS spot, argMax(to_state, at) AS level, toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM alert_transitions
    WHERE to_state != 'stale'
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY rule, place
    HAVING level IN ('blue', 'yellow', 'orange', 'red')
)
GROUP BY hexagon
