-- When alerts opened after since_ms until now_ms, for each (rule, place) where that was more than `times` times.
-- params: since_ms Int64, now_ms Int64, times UInt32
SELECT toString(rule) AS its_rule, place, arraySort(groupArray(toUnixTimestamp64Milli(at))) AS opened_ms
FROM alert_transitions
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND from_state IN ('clear', 'pending')
    AND to_state IN ('blue', 'yellow', 'orange', 'red')
GROUP BY rule, place
HAVING count() > {times:UInt32}
