-- The newest cases with a step of this stage after since_ms, in a district ('' for any) and in these cells ([] for any).
-- params: stage String, now_ms Int64, since_ms Int64, district String, cells Array(UInt64), most UInt32
SELECT
    case,
    toUnixTimestamp64Milli(max(case_steps.at)) AS at_ms,
    argMax(title, case_steps.at) AS its_title,
    toString(argMax(category, case_steps.at)) AS its_category,
    toString(argMax(district, case_steps.at)) AS its_district
FROM case_steps
WHERE stage = {stage:String}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND ({district:String} = '' OR district = {district:String})
    AND (empty({cells:Array(UInt64)}) OR has({cells:Array(UInt64)}, cell))
GROUP BY case
ORDER BY at_ms DESC, case
LIMIT {most:UInt32}
