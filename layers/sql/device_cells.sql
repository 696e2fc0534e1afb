-- Devices at each cell of a resolution, as of now: registered ones, and those heard in (since, now]; how many are silent (not heard for three of their intervals, or for silent_s where nobody told one), and the newest word of any (0: none).
-- params: resolution UInt8, moment_ms Int64, silent_s Float64, most_s Float64
WITH
    -- 0 of a cell that was stored coarser: it stays what it is
    h3ToParent(place, {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, place, parent) AS hexagon,
    count() AS devices,
    countIf(last_ms < {moment_ms:Int64} - 1000 * wait_s) AS silent,
    max(last_ms) AS newest_ms
FROM
(
    SELECT
        device,
        -- where the registry has it, else where it was heard
        if(max(told) != 0, max(told), argMaxIf(spot, heard_ms, spot != 0)) AS place,
        max(heard_ms) AS last_ms,
        if(max(interval_s) > 0, 3 * max(interval_s), {silent_s:Float64}) AS wait_s,
        max(state) AS standing
    FROM
    (
        SELECT device, 0 AS told, argMaxIf(cell, heard_at, cell != 0) AS spot, toUnixTimestamp64Milli(max(heard_at)) AS heard_ms, 0 AS interval_s, 0 AS state
        FROM ($heard)
        GROUP BY device
        UNION ALL
        SELECT device, cell, 0, 0, interval, if(state = 'retired', 2, 1)
        FROM device_states FINAL
    )
    GROUP BY device
    -- one that speaks seldom cannot be missed in the window
    HAVING place != 0 AND standing != 2 AND wait_s <= 3 * {most_s:Float64}
)
GROUP BY hexagon
-- a second thread takes more processor time, and saves none on the clock
SETTINGS max_threads = 1
