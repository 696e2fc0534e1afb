-- The newest border of each event that is not over (as alerts/sql/warnings.sql has it), with its newest grade and title: told after since, or it says an end.
-- params: now_ms Int64, since_ms Int64, follows Array(String), firsts Array(String)
SELECT
    transform(city_events.event, {follows:Array(String)}, {firsts:Array(String)}, city_events.event) AS its_event,
    argMax((toString(grade), title), tuple(at, received, offset, item)) AS said,
    argMaxIf(outline, tuple(at, received, offset, item), outline != '') AS rings
FROM city_events
WHERE at > fromUnixTimestamp64Milli(least({since_ms:Int64}, {now_ms:Int64} - 2592000000), 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY its_event
HAVING rings != ''
    AND argMax(toString(status), tuple(at, received, offset, item)) IN ('active', 'open', 'updated')
    AND if(isNull(argMax(tuple(expires), tuple(at, received, offset, item)).1 AS ends), toUnixTimestamp64Milli(max(at)) > {since_ms:Int64}, ends > fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC'))
ORDER BY its_event
