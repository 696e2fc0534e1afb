-- Alerts of a place, or in it (layers/scope.py), that changed in (since, now]: each opening with its rule and place, when it began and ended (0: it has not), and its worst level; the newest first.
-- params: place String, now_ms Int64, since_ms Int64, most UInt32
SELECT
    alert,
    toString(any(rule)) AS its_rule,
    any(alert_transitions.place) AS its_place,
    toUnixTimestamp64Milli(min(at)) AS began_ms,
    argMax(toString(to_state), at) AS last_state,
    if(last_state = 'clear', toUnixTimestamp64Milli(max(at)), 0) AS ended_ms,
    max(indexOf(['blue', 'yellow', 'orange', 'red'], toString(to_state))) AS worst
FROM alert_transitions
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND (({place:String} != '' AND alert_transitions.place = {place:String})
        OR $place)
GROUP BY alert
HAVING worst > 0
ORDER BY began_ms DESC, alert
LIMIT {most:UInt32}
