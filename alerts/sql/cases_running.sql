-- Cases open at now_ms whose time ends after from_ms, at until_ms at the latest, of those with a step after since_ms: the first to end first, and into which part of `edges` (oldest first) each falls.
-- params: now_ms Int64, since_ms Int64, from_ms Int64, until_ms Int64, edges Array(Int64)
SELECT
    case,
    toUnixTimestamp64Milli(assumeNotNull(last_due)) AS due_ms,
    toInt64(arrayCount(edge -> due_ms > edge, {edges:Array(Int64)})) AS part,
    place.1 AS place_cell,
    place.2 AS place_district,
    its_title,
    its_category,
    its_department
FROM
(
    SELECT
        case,
        argMax(toString(stage), bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576)) AS last_stage,
        argMaxIf(due, bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576), isNotNull(due)) AS last_due,
        argMaxIf((cell, toString(district)), bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576), cell > 0 OR district != '') AS place,
        argMaxIf(title, at, title != '') AS its_title,
        toString(argMaxIf(category, at, category != '')) AS its_category,
        toString(argMaxIf(department, at, department != '')) AS its_department
    FROM case_steps
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY case
    HAVING last_due > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND last_due <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND last_stage NOT IN ('closed', 'evaluated', 'voided', 'suspended')
)
ORDER BY due_ms, case
LIMIT 20000
