-- Every notice decided since since_ms as it now stands, the newest first; only those not done if `all` is 0.
-- params: since_ms Int64, all UInt8
SELECT
    notice,
    toString(any(receiver)) AS its_receiver,
    any(step) AS its_step,
    toString(any(district)) AS its_district,
    toString(any(scenario)) AS its_scenario,
    toString(any(kind)) AS its_kind,
    any(reason) AS its_reason,
    any(previous) AS its_previous,
    anyIf(alerts, state = 'intended') AS its_alerts,
    anyIf(body, state = 'intended') AS its_body,
    if(countIf(state = 'sent') > 0, 'sent', argMax(toString(state), (at, attempt))) AS its_state,
    max(attempt) AS attempts,
    argMax(error, (at, attempt)) AS last_error,
    toUnixTimestamp64Milli(min(at)) AS decided_ms,
    toUnixTimestamp64Milli(max(at)) AS at_ms
FROM notices
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
GROUP BY notice
HAVING countIf(state = 'intended') > 0 AND ({all:UInt8} = 1 OR its_state NOT IN ('sent', 'unsure', 'given_up'))
ORDER BY decided_ms DESC, notice
LIMIT 500
