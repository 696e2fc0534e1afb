-- Open warnings as of now and every hour before (point 0 is now, 24 a day ago), and the newest transition of any.
-- params: now_ms Int64, since_ms Int64
SELECT tupleElement(pair, 1) AS point, tupleElement(pair, 2) AS open, newest_ms
FROM
(
    SELECT sumForEach(states) AS counts, max(last_ms) AS newest_ms
    FROM
    (
        -- the steps of one warning in order; at each point the last one before it says whether it was open
        SELECT
            arraySort(groupArray((toUnixTimestamp64Milli(at), to_state IN ('blue', 'yellow', 'orange', 'red')))) AS steps,
            arrayMap(hour -> arrayLast(step -> step.1 <= {now_ms:Int64} - hour * 3600000, steps).2, range(25)) AS states,
            toUnixTimestamp64Milli(max(at)) AS last_ms
        FROM alert_transitions
        WHERE to_state != 'stale'
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY rule, place
    )
)
ARRAY JOIN arrayZip(range(25), arrayResize(counts, 25, 0)) AS pair
WHERE newest_ms > 0
ORDER BY point
