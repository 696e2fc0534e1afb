-- The oldest `most` transitions of one alert, or of all that was at one place ('' for all), after since_ms, and those of the last one's moment: who asks again since then misses none.
-- params: of String, since_ms Int64, most UInt64
SELECT
    toUnixTimestamp64Milli(at) AS at_ms,
    toString(rule) AS rule,
    version,
    place,
    alert,
    toString(from_state) AS before,
    toString(to_state) AS after,
    toString(reason) AS reason,
    value,
    threshold,
    toUnixTimestamp64Milli(observed) AS observed_ms,
    lat,
    lon,
    cell,
    toString(district) AS district,
    detail
FROM alert_transitions
WHERE ({of:String} = '' OR alert = {of:String} OR place = {of:String})
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
ORDER BY alert_transitions.at
LIMIT {most:UInt64} WITH TIES
