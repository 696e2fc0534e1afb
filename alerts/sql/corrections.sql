-- Corrections of an alert, of a place, or of a rule ('' for all of them) found after found_ms that speak of a time between since_ms and until_ms, each once, oldest time first.
-- params: alert String, rule String, places Array(String), since_ms Int64, until_ms Int64, found_ms Int64
SELECT
    toUnixTimestamp64Milli(found) AS found_ms,
    correction,
    previous,
    toString(rule) AS its_rule,
    version,
    place,
    alerts,
    toString(verdict) AS its_verdict,
    toUnixTimestamp64Milli(at) AS at_ms,
    (toString(now_level), now_peak, toUnixTimestamp64Milli(now_since), toUnixTimestamp64Milli(now_until)) AS now,
    (toString(told_level), told_peak, toUnixTimestamp64Milli(told_since), toUnixTimestamp64Milli(told_until)) AS told,
    (toString(stream), readings, device, devices, late_ms) AS late,
    (lat, lon, cell, toString(district)) AS spot
FROM alert_corrections
WHERE ({alert:String} = '' OR has(alerts, {alert:String}))
    AND ({rule:String} = '' OR rule = {rule:String})
    AND (empty({places:Array(String)}) OR place IN {places:Array(String)})
    AND found > fromUnixTimestamp64Milli({found_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    AND greatest
    (
        at,
        -- the ends of what it speaks of; NULL goes on, '' is nothing
        if(now_level = '', at, ifNull(now_until, now64(3))),
        if(told_level = '', at, ifNull(told_until, now64(3)))
    ) >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
ORDER BY at_ms, found_ms, correction
LIMIT 1 BY correction
