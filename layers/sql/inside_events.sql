-- Events told in (since, now] of a place (layers/scope.py) that are not over, the newest first; `events` of them there are, `heres` of those in the cells from low to high.
-- params: low UInt64, high UInt64, now_ms Int64, since_ms Int64, most UInt32
SELECT event, its_kind, its_title, its_grade, told_ms, lat, lon, cell, district, count() OVER () AS events,
    countIf(cell >= {low:UInt64} AND cell <= {high:UInt64}) OVER () AS heres
FROM
(
    SELECT
        event,
        argMaxIf((city_events.lat, city_events.lon, city_events.cell, toString(city_events.district)), at, city_events.cell != 0) AS spot,
        spot.1 AS lat, spot.2 AS lon, spot.3 AS cell, if(spot.4 = '', argMax(toString(city_events.district), at), spot.4) AS district,
        argMax(toString(status), tuple(at, received, offset, item)) AS last_status,
        argMax(toString(kind), tuple(at, received, offset, item)) AS its_kind,
        argMax(title, tuple(at, received, offset, item)) AS its_title,
        argMax(toString(grade), tuple(at, received, offset, item)) AS its_grade,
        toUnixTimestamp64Milli(max(at)) AS told_ms
    FROM city_events
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY event
    HAVING last_status IN ('active', 'open', 'updated')
        AND ifNull(argMax(tuple(expires), tuple(at, received, offset, item)).1 > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'), 1)
)
WHERE $place
ORDER BY told_ms DESC, event
LIMIT {most:UInt32}
