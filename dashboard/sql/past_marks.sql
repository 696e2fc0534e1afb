-- How many warnings changed their level in each step (step_ms) of (since, until], and the worst level (1 blue to 4 red) that one came to in it.
-- params: since_ms Int64, until_ms Int64, step_ms Int64
SELECT
    intDiv(toUnixTimestamp64Milli(at) - {since_ms:Int64}, {step_ms:Int64}) AS step,
    count() AS changes,
    max(indexOf(['blue', 'yellow', 'orange', 'red'], toString(to_state))) AS worst
FROM alert_transitions
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    AND to_state NOT IN ('pending', 'stale')
    AND NOT (from_state = 'pending' AND to_state = 'clear')
GROUP BY step
ORDER BY step
