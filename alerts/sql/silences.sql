-- Silences that end after since_ms, as they began and, if they were, as they were cancelled.
-- params: since_ms Int64
SELECT
    silence,
    argMin(toString(kind), (at, kind = 'cancel')) AS what,
    argMin(rule, (at, kind = 'cancel')) AS its_rule,
    argMin(toString(scenario), (at, kind = 'cancel')) AS its_scenario,
    argMin(place, (at, kind = 'cancel')) AS its_place,
    argMin(toString(district), (at, kind = 'cancel')) AS its_district,
    argMin(area, (at, kind = 'cancel')) AS its_area,
    argMin(toString(level), (at, kind = 'cancel')) AS its_level,
    argMin(owner, (at, kind = 'cancel')) AS its_owner,
    argMin(reason, (at, kind = 'cancel')) AS its_reason,
    toUnixTimestamp64Milli(argMin(starts, (at, kind = 'cancel'))) AS starts_ms,
    toUnixTimestamp64Milli(min(ends)) AS ends_ms,
    argMinIf(owner, at, kind = 'cancel') AS cancelled_by
FROM silences
GROUP BY silence
HAVING min(ends) > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
ORDER BY starts_ms, silence
