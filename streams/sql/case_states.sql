-- How each case stands as of now, of its steps after from: the rows of case_states, whose columns these are.
-- params: from_ms Int64, now_ms Int64
SELECT
    case,
    min(at) AS opened,
    max(at) AS last_at,
    max(step = 'reported') AS reported,
    argMax(step, nth) AS stage,
    argMaxIf(its_due, nth, has_due) AS due,
    minIf(at, step = 'closed') AS closed,
    minIf(at, step IN ('closed', 'evaluated', 'voided')) AS ended,
    argMaxIf(its_lat, nth, place != 0) AS lat,
    argMaxIf(its_lon, nth, place != 0) AS lon,
    argMaxIf(place, nth, place != 0) AS cell,
    -- that of the place; where none was told, what the last step said
    if(argMaxIf(its_district, nth, place != 0) = '', argMax(its_district, nth), argMaxIf(its_district, nth, place != 0)) AS district,
    max(toUnixTimestamp64Milli(received)) * 4096 + least(count(), 4095) AS version
FROM
(
    -- nth orders steps of the same millisecond as they arrived; as one number it is five times faster than a tuple
    SELECT
        case, at, received, stage AS step, lat AS its_lat, lon AS its_lon, cell AS place, district AS its_district,
        ifNull(due, toDateTime64(0, 3, 'UTC')) AS its_due, due IS NOT NULL AS has_due,
        toUnixTimestamp64Milli(at) * 1000000 + offset % 1000000 AS nth
    FROM case_steps
    WHERE at > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
)
GROUP BY case
