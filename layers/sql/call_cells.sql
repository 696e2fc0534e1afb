-- Cases reported in (since, now] at each place (cell of a resolution, 0 is nowhere), and when the last one was.
-- params: resolution UInt8, now_ms Int64, since_ms Int64
WITH
    -- 0 of nowhere, which is taken for H3's first cell here, and of a cell that was stored coarser: it stays what it is
    h3ToParent(greatest(cell, 576495936675512319), {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, cell, parent) AS hexagon,
    uniqExact(case) AS calls,
    toUnixTimestamp64Milli(max(at)) AS newest_ms
FROM case_steps
WHERE stage = 'reported' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY hexagon
