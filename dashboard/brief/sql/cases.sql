-- Each case that the brief may count, as it stood at until_ms: reported since before_ms, due between from_ms and soon_ms, closed since from_ms, or open and overdue.
-- params: before_ms Int64, from_ms Int64, until_ms Int64, soon_ms Int64
SELECT
    step.case AS case,
    argMaxIf(step.title, at, step.title != '') AS title,
    argMaxIf(step.category, at, step.category != '') AS category,
    argMaxIf(step.district, at, step.district != '') AS district,
    argMaxIf(step.department, at, step.department != '') AS department,
    argMax(step.stage, (at, step.offset, step.item)) AS stage,
    toUnixTimestamp64Milli(min(at)) AS reported_ms,
    argMaxIf(toUnixTimestamp64Milli(ifNull(step.due, toDateTime64(0, 3, 'UTC'))), at, step.due IS NOT NULL) AS due_ms,
    toUnixTimestamp64Milli(maxIf(at, step.stage = 'closed')) AS closed_ms,
    toUnixTimestamp64Milli(maxIf(at, step.stage IN ('reworked', 'returned'))) AS reopened_ms,
    countIf(step.source = 'simulator') > 0 AS simulated
FROM case_steps AS step
WHERE step.at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY case
HAVING reported_ms >= {before_ms:Int64}
    OR (due_ms >= {from_ms:Int64} AND due_ms < {soon_ms:Int64})
    OR closed_ms >= {from_ms:Int64}
    OR (due_ms > 0 AND due_ms < {until_ms:Int64} AND (closed_ms = 0 OR closed_ms < reopened_ms))
ORDER BY case
