-- Transitions of a rule at these places after since_ms and until now_ms, oldest first.
-- params: rule String, places Array(String), since_ms Int64, now_ms Int64
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
WHERE rule = {rule:String} AND place IN {places:Array(String)}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
ORDER BY alert_transitions.at, place
