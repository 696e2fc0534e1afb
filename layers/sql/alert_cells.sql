-- Open warnings at each place (store cell, 0 is nowhere): the worst level (1 blue to 4 red), how many, the newest transition. An alert whose data stopped (stale) stays at its last level.
-- params: now_ms Int64, since_ms Int64
SELECT spot, max(indexOf(['blue', 'yellow', 'orange', 'red'], level)) AS worst, count() AS alerts, max(last_ms) AS newest_ms
FROM
(
    SELECT argMax(cell, at) AS spot, argMax(to_state, at) AS level, toUnixTimestamp64Milli(max(at)) AS last_ms
    FROM alert_transitions
    WHERE to_state != 'stale'
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY rule, place
    HAVING level IN ('blue', 'yellow', 'orange', 'red')
)
GROUP BY spot
