-- What is told of some cases in words, of their steps in (since, now]: the last stage, the last category, title and district that were named.
-- params: cases Array(String), now_ms Int64, since_ms Int64
SELECT
    case,
    argMax(toString(stage), nth) AS last_stage,
    argMaxIf(toString(category), nth, category != '') AS its_category,
    argMaxIf(title, nth, title != '') AS its_title,
    argMaxIf(toString(case_steps.district), nth, case_steps.cell != 0) AS of_spot,
    if(of_spot = '', argMax(toString(case_steps.district), nth), of_spot) AS district
FROM (SELECT *, toUnixTimestamp64Milli(at) * 1000000 + offset % 1000000 AS nth FROM case_steps) AS case_steps
WHERE case IN {cases:Array(String)}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY case
