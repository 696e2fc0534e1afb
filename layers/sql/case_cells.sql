-- Open cases at each place (store cell, 0 is nowhere) among those reported in (since, now]: open is a last stage that is no end; and the newest step of any.
-- params: now_ms Int64, since_ms Int64
SELECT spot, countIf(last_stage NOT IN ('closed', 'evaluated', 'voided')) AS open, max(last_ms) AS newest_ms
FROM
(
    -- nth orders steps of the same millisecond as they arrived; as one number it is five times faster than a tuple
    SELECT case, argMaxIf(cell, at, cell != 0) AS spot, argMax(stage, nth) AS last_stage, toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM (SELECT *, toUnixTimestamp64Milli(at) * 1000000 + offset % 1000000 AS nth FROM case_steps)
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY case
    HAVING countIf(stage = 'reported') > 0
)
GROUP BY spot
