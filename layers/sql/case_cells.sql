-- Open cases at each place (cell of a resolution, 0 is nowhere) that began after since: open is a last stage that is no end; those past their deadline (a suspended case has its clock stopped); and the newest step of any.
-- params: resolution UInt8, now_ms Int64, since_ms Int64
WITH
    -- 0 of nowhere, which is taken for H3's first cell here, and of a cell that was stored coarser: it stays what it is
    h3ToParent(greatest(cell, 576495936675512319), {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, cell, parent) AS hexagon,
    countIf(stage NOT IN ('closed', 'evaluated', 'voided')) AS open,
    countIf(stage NOT IN ('closed', 'evaluated', 'voided', 'suspended') AND due != 0 AND due < fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')) AS overdue,
    toUnixTimestamp64Milli(max(last_at)) AS newest_ms
FROM case_states FINAL
WHERE opened > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND reported
GROUP BY hexagon
SETTINGS max_threads = 1
