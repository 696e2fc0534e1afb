-- Cases whose id begins with a text, by id, as of now: their last stage, title, and where they are (cell 0: nowhere).
-- params: text String, now_ms Int64, most UInt32
SELECT
    case,
    argMax(toString(stage), (at, offset)) AS last_stage,
    argMaxIf(title, at, title != '') AS its_title,
    argMaxIf(toString(category), at, category != '') AS its_category,
    argMaxIf((case_steps.lat, case_steps.lon, case_steps.cell), at, case_steps.cell != 0) AS spot,
    spot.1 AS lat, spot.2 AS lon, spot.3 AS cell
FROM case_steps
WHERE startsWith(case, {text:String}) AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY case
ORDER BY case
LIMIT {most:UInt32}
