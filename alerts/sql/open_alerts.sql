-- The last transition of each (rule, place) that is open at now_ms, with the newest memory of the engine.
-- params: now_ms Int64
SELECT
    toString(last.rule) AS rule,
    last.place AS place,
    last.version AS version,
    last.alert AS alert,
    toString(last.to_state) AS state,
    toUnixTimestamp64Milli(last.at) AS at_ms,
    last.value AS value,
    last.threshold AS threshold,
    toString(last.reason) AS reason,
    last.detail AS detail,
    if(noted.newest > last.at, noted.memory, last.memory) AS memory
FROM
(
    SELECT rule, place, at, version, alert, to_state, value, threshold, reason, detail, memory
    FROM alert_transitions
    WHERE (rule, place, at) IN
    (
        SELECT rule, place, max(at)
        FROM alert_transitions
        WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY rule, place
        HAVING argMax(toString(to_state), at) NOT IN ('clear', 'pending')
    )
    LIMIT 1 BY rule, place
) AS last
LEFT JOIN
(
    SELECT rule, place, max(at) AS newest, argMax(memory, at) AS memory
    FROM alert_memory
    WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY rule, place
) AS noted ON noted.rule = last.rule AND noted.place = last.place
