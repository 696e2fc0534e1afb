-- Everything that was told of events that are not over at now_ms (as warnings.sql has it), oldest first.
-- params: now_ms Int64, since_ms Int64, follows Array(String), firsts Array(String)
SELECT
    transform(city_events.event, {follows:Array(String)}, {firsts:Array(String)}, city_events.event) AS its_event,
    toUnixTimestamp64Milli(at) AS at_ms,
    toString(kind) AS its_kind,
    toString(grade) AS its_grade,
    title,
    toString(sender) AS its_sender,
    area,
    text,
    toString(status) AS its_status,
    toUnixTimestamp64Milli(expires) AS expires_ms,
    (lat, lon, cell, toString(district)) AS spot
FROM city_events
WHERE at > fromUnixTimestamp64Milli(least({since_ms:Int64}, {now_ms:Int64} - 2592000000), 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND its_event IN
    (
        SELECT transform(city_events.event, {follows:Array(String)}, {firsts:Array(String)}, city_events.event) AS one
        FROM city_events
        WHERE at > fromUnixTimestamp64Milli(least({since_ms:Int64}, {now_ms:Int64} - 2592000000), 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY one
        HAVING argMax(toString(status), tuple(at, received, offset, item)) IN ('active', 'open', 'updated')
            AND if(isNull(argMax(tuple(expires), tuple(at, received, offset, item)).1 AS ends), max(toUnixTimestamp64Milli(at)) > {since_ms:Int64}, ends > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
    )
ORDER BY city_events.at, received, offset, item
