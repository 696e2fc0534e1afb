-- Devices at each cell of a resolution, as of now: registered ones, and those heard in (since, now]; how many are silent (not heard for three of their intervals, or for silent_s where nobody told one), and the newest word of any (0: none).
-- params: resolution UInt8, now_ms Int64, since_ms Int64, heard_ms Int64, settled_ms Int64, silent_s Float64, most_s Float64
WITH
    -- what each device said last is known as of heard_ms, if that is not 0; else it is looked for
    if({heard_ms:Int64} > 0, {heard_ms:Int64}, {now_ms:Int64}) AS moment_ms,
    -- whole hours from the rollups, as far as they are known to be right; all else from the readings
    toStartOfHour(fromUnixTimestamp64Milli(greatest(least({settled_ms:Int64}, {now_ms:Int64}), {since_ms:Int64}), 'UTC')) AS closed,
    -- 0 of a cell that was stored coarser: it stays what it is
    h3ToParent(place, {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, place, parent) AS hexagon,
    count() AS devices,
    countIf(last_ms < moment_ms - 1000 * wait_s) AS silent,
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
        SELECT device, 0 AS told, argMaxIf(cell, last_at, cell != 0) AS spot, toUnixTimestamp64Milli(max(greatest(last_at, toDateTime64(start, 3, 'UTC')))) AS heard_ms, 0 AS interval_s, 0 AS state
        FROM reading_spans
        WHERE {heard_ms:Int64} = 0 AND span = 3600 AND start >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) AND start < closed
        GROUP BY device
        UNION ALL
        SELECT device, 0, argMaxIf(cell, at, cell != 0), toUnixTimestamp64Milli(max(at)), 0, 0
        FROM readings
        WHERE {heard_ms:Int64} = 0
            AND toStartOfHour(at) >= closed
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY device
        UNION ALL
        SELECT device, 0, argMaxIf(cell, at, cell != 0), toUnixTimestamp64Milli(max(at)), 0, 0
        FROM device_heard
        WHERE {heard_ms:Int64} > 0 AND device != '' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        GROUP BY device
        UNION ALL
        SELECT device, said.1, 0, 0, said.2, if(said.3 = 'retired', 2, 1)
        FROM
        (
            SELECT device, argMax((cell, device_entries.interval, toString(state)), tuple(at, received, offset, item)) AS said
            FROM device_entries
            WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            GROUP BY device
        )
    )
    GROUP BY device
    -- one that speaks seldom cannot be missed in the window
    HAVING place != 0 AND standing != 2 AND wait_s <= 3 * {most_s:Float64}
)
GROUP BY hexagon
-- a second thread takes more processor time, and saves none on the clock
SETTINGS max_threads = 1
