-- Everything that was told after since_ms of events that are not over at now_ms, oldest first.
-- params: now_ms Int64, since_ms Int64
SELECT
    event,
    toUnixTimestamp64Milli(at) AS at_ms,
    toString(kind) AS its_kind,
    toString(grade) AS its_grade,
    title,
    toString(sender) AS its_sender,
    area,
    text,
    toString(status) AS its_status,
    (lat, lon, cell, toString(district)) AS spot
FROM city_events
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND event IN
    (
        SELECT event
        FROM city_events
        WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY event
        HAVING argMax(toString(status), tuple(at, received, offset, item)) IN ('active', 'open', 'updated')
    )
ORDER BY city_events.at, received, offset, item
