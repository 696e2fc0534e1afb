-- The newest word about each event that is not over: told after since_ms, or it says an end (looked for 30 days back), with where it is. What is told of `follows` is told of `firsts` (alerts/events.py).
-- params: now_ms Int64, since_ms Int64, follows Array(String), firsts Array(String)
SELECT
    transform(city_events.event, {follows:Array(String)}, {firsts:Array(String)}, city_events.event) AS its_event,
    argMax((toString(kind), toString(grade), title, toString(sender), area), tuple(at, received, offset, item)) AS said,
    toUnixTimestamp64Milli(max(at)) AS told_ms,
    argMax((lat, lon, cell, toString(district)), tuple(cell > 0, at, received, offset, item)) AS spot
FROM city_events
WHERE at > fromUnixTimestamp64Milli(least({since_ms:Int64}, {now_ms:Int64} - 2592000000), 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY its_event
HAVING argMax(toString(status), tuple(at, received, offset, item)) IN ('active', 'open', 'updated')
    AND if(isNull(argMax(tuple(expires), tuple(at, received, offset, item)).1 AS ends), told_ms > {since_ms:Int64}, ends > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
