-- The last transition of each (rule, place) that is open at now_ms, with the newest memory of the engine; of what stands (rule, place, when it last changed, an array each) and what changed after since_ms: all of the journal where that is 0.
-- params: now_ms Int64, since_ms Int64, rules Array(String), places Array(String), changed_ms Array(Int64)
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
        FROM
        (
            SELECT toString(rule) AS rule, place, at, toString(to_state) AS state
            FROM alert_transitions
            WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            UNION ALL
            SELECT stands.1 AS rule, stands.2 AS place, fromUnixTimestamp64Milli(stands.3, 'UTC') AS at, 'open' AS state
            FROM (SELECT arrayJoin(arrayZip({rules:Array(String)}, {places:Array(String)}, {changed_ms:Array(Int64)})) AS stands)
        )
        GROUP BY rule, place
        HAVING argMax(state, at) NOT IN ('clear', 'pending')
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
