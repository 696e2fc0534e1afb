-- Cases open as of now in a place (layers/scope.py) among those reported in (since, now]: the most overdue first, then the next due (a suspended case has its clock stopped); `cases` of them there are, `heres` of those in the cells from low to high, `overdues` of those overdue.
-- params: anywhere UInt8, mask UInt64, cells Array(UInt64), district String, shapeless UInt8, lons Array(Float64), lats Array(Float64), low UInt64, high UInt64, now_ms Int64, since_ms Int64, most UInt32
SELECT
    case, last_stage, its_category, its_title, due_ms, reported_ms, last_ms, lat, lon, cell, district,
    last_stage != 'suspended' AND due_ms > 0 AND due_ms < {now_ms:Int64} AS overdue,
    count() OVER () AS cases,
    countIf(cell >= {low:UInt64} AND cell <= {high:UInt64}) OVER () AS heres,
    sum(overdue) OVER () AS overdues
FROM
(
    -- nth orders steps of the same millisecond as they arrived
    SELECT
        case,
        argMaxIf((case_steps.lat, case_steps.lon, case_steps.cell, toString(case_steps.district)), nth, case_steps.cell != 0) AS spot,
        spot.1 AS lat, spot.2 AS lon, spot.3 AS cell, if(spot.4 = '', argMax(toString(case_steps.district), nth), spot.4) AS district,
        argMax(toString(stage), nth) AS last_stage,
        argMaxIf(toString(category), nth, category != '') AS its_category,
        argMaxIf(title, nth, title != '') AS its_title,
        ifNull(toUnixTimestamp64Milli(argMax(due, nth)), 0) AS due_ms,
        toUnixTimestamp64Milli(min(at)) AS reported_ms,
        toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM (SELECT *, toUnixTimestamp64Milli(at) * 1000000 + offset % 1000000 AS nth FROM case_steps) AS case_steps
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY case
    HAVING countIf(stage = 'reported') > 0 AND last_stage NOT IN ('closed', 'evaluated', 'voided')
)
WHERE (({anywhere:UInt8} OR bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)})
            AND ({district:String} = '' OR district = {district:String})
            AND ({shapeless:UInt8} OR pointInPolygon((toFloat64(lon), toFloat64(lat)), arrayZip({lons:Array(Float64)}, {lats:Array(Float64)}))))
ORDER BY overdue DESC, due_ms = 0, due_ms, case
LIMIT {most:UInt32}
