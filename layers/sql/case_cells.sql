-- Open cases at each place (cell of a resolution, 0 is nowhere) among those reported in (since, now]: open is a last stage that is no end; those past their deadline (a suspended case has its clock stopped); and the newest step of any.
-- params: resolution UInt8, now_ms Int64, since_ms Int64
WITH
    -- 0 of nowhere, which is taken for H3's first cell here, and of a cell that was stored coarser: it stays what it is
    h3ToParent(greatest(spot, 576495936675512319), {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, spot, parent) AS hexagon,
    countIf(last_stage NOT IN ('closed', 'evaluated', 'voided')) AS open,
    countIf(last_stage NOT IN ('closed', 'evaluated', 'voided', 'suspended') AND due_ms > 0 AND due_ms < {now_ms:Int64}) AS overdue,
    max(last_ms) AS newest_ms
FROM
(
    -- nth orders steps of the same millisecond as they arrived; as one number it is five times faster than a tuple
    SELECT
        case,
        argMaxIf(cell, at, cell != 0) AS spot,
        argMax(stage, nth) AS last_stage,
        ifNull(toUnixTimestamp64Milli(argMax(due, nth)), 0) AS due_ms,
        toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM (SELECT *, toUnixTimestamp64Milli(at) * 1000000 + offset % 1000000 AS nth FROM case_steps)
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY case
    HAVING countIf(stage = 'reported') > 0
)
GROUP BY hexagon
