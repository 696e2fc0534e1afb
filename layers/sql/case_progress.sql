-- Cases reported after since, as of now and every hour before (point 0 is now, 24 a day ago): open, open past their deadline (a suspended case has its clock stopped), deadlines that fell in the 7 days before, and of those closed in time.
-- params: now_ms Int64, since_ms Int64
SELECT
    point,
    countIf(opened_ms <= moment AND ended_ms > moment) AS open,
    countIf(opened_ms <= moment AND ended_ms > moment AND due_ms > 0 AND due_ms < moment AND suspended_ms > moment) AS overdue,
    countIf(NOT set_aside AND due_ms > moment - 604800000 AND due_ms <= moment) AS owed,
    countIf(NOT set_aside AND due_ms > moment - 604800000 AND due_ms <= moment AND closed_ms <= due_ms) AS kept,
    max(last_ms) AS newest_ms
FROM
(
    -- nth orders steps of the same millisecond as they arrived; as one number it is five times faster than a tuple
    SELECT
        toUnixTimestamp64Milli(min(at)) AS opened_ms,
        toUnixTimestamp64Milli(max(at)) AS last_ms,
        argMax(stage, nth) AS last_stage,
        last_stage IN ('voided', 'suspended') AS set_aside,
        if(last_stage = 'suspended', last_ms, 9223372036854775807) AS suspended_ms,
        ifNull(toUnixTimestamp64Milli(argMax(due, nth)), 0) AS due_ms,
        if(countIf(stage = 'closed') = 0, 9223372036854775807, toUnixTimestamp64Milli(minIf(at, stage = 'closed'))) AS closed_ms,
        if(last_stage IN ('closed', 'evaluated', 'voided'), toUnixTimestamp64Milli(minIf(at, stage IN ('closed', 'evaluated', 'voided'))), 9223372036854775807) AS ended_ms
    FROM (SELECT *, toUnixTimestamp64Milli(at) * 1000000 + offset % 1000000 AS nth FROM case_steps)
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY case
    HAVING ended_ms > {now_ms:Int64} - 90000000 OR due_ms > {now_ms:Int64} - 694800000
)
ARRAY JOIN range(25) AS point, arrayMap(hour -> {now_ms:Int64} - hour * 3600000, range(25)) AS moment
GROUP BY point
ORDER BY point
