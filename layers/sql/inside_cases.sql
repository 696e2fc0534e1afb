-- Cases open as of now in a place (layers/scope.py) among those reported in (since, now]: the most overdue first, then the next due (a suspended case has its clock stopped); `cases` of them there are, `heres` of those in the cells from low to high, `overdues` of those overdue. Their words are told by cases_told.sql: numbers of all cases first, words of few after, takes 1.5 to 1.8 times less processor time.
-- params: anywhere UInt8, mask UInt64, cells Array(UInt64), district String, shapeless UInt8, lons Array(Float64), lats Array(Float64), low UInt64, high UInt64, now_ms Int64, since_ms Int64, most UInt32
SELECT
    case, due_ms, reported_ms, last_ms, lat, lon, cell,
    NOT suspended AND due_ms > 0 AND due_ms < {now_ms:Int64} AS overdue,
    count() OVER () AS cases,
    countIf(cell >= {low:UInt64} AND cell <= {high:UInt64}) OVER () AS heres,
    sum(overdue) OVER () AS overdues
FROM
(
    -- nth orders steps of the same millisecond as they arrived; district 2 is the one that is asked for, 1 another, 0 none
    SELECT
        case,
        argMaxIf(its_lat, nth, place != 0) AS lat,
        argMaxIf(its_lon, nth, place != 0) AS lon,
        argMaxIf(place, nth, place != 0) AS cell,
        if(argMaxIf(its_district, nth, place != 0) = 0, argMax(its_district, nth), argMaxIf(its_district, nth, place != 0)) AS in_district,
        argMax(ended, nth) AS has_ended,
        argMax(stopped, nth) AS suspended,
        argMaxIf(its_due, nth, its_due != 0) AS due_ms,
        min(at_ms) AS reported_ms,
        max(at_ms) AS last_ms
    FROM
    (
        SELECT
            case, case_steps.lat AS its_lat, case_steps.lon AS its_lon, case_steps.cell AS place,
            toUInt8(if(district = '', 0, if(district = {district:String}, 2, 1))) AS its_district,
            toUInt8(stage = 'reported') AS begins,
            toUInt8(stage IN ('closed', 'evaluated', 'voided')) AS ended,
            toUInt8(stage = 'suspended') AS stopped,
            ifNull(toUnixTimestamp64Milli(due), 0) AS its_due,
            toUnixTimestamp64Milli(at) AS at_ms,
            at_ms * 1000000 + offset % 1000000 AS nth
        FROM case_steps
        WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            -- those of which a step lies there: where a case is, one of its steps says
            AND case IN
            (
                SELECT case
                FROM case_steps
                WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
                    AND ({anywhere:UInt8} OR bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)})
                    AND ({district:String} = '' OR district = {district:String})
                    AND ({shapeless:UInt8} OR pointInPolygon((toFloat64(lon), toFloat64(lat)), arrayZip({lons:Array(Float64)}, {lats:Array(Float64)})))
            )
    )
    GROUP BY case
    HAVING max(begins) AND NOT has_ended AND ({district:String} = '' OR in_district = 2)
)
WHERE ({anywhere:UInt8} OR bitAnd(cell, {mask:UInt64}) IN {cells:Array(UInt64)})
    AND ({shapeless:UInt8} OR pointInPolygon((toFloat64(lon), toFloat64(lat)), arrayZip({lons:Array(Float64)}, {lats:Array(Float64)})))
ORDER BY overdue DESC, due_ms = 0, due_ms, case
LIMIT {most:UInt32}
