-- Of windows from each of `sinces` until until_s: metrics of which something is in the buckets (whole hours and, where there are none, five minutes), and no block is noted that was made of as many readings.
-- params: sinces Array(UInt32), until_s UInt32
SELECT toString(found.metric) AS metric, toInt64(found.since) AS since, found.rows AS rows
FROM
(
    WITH
        intDiv(since + 3599, 3600) * 3600 AS from_s,
        greatest(from_s, intDiv({until_s:UInt32}, 3600) * 3600) AS to_s
    SELECT metric, since, sum(made) AS rows
    FROM
    (
        SELECT span, metric, toUnixTimestamp(start) AS start_s, max(rollups.rows) AS made
        FROM rollups
        WHERE start >= arrayMin({sinces:Array(UInt32)}) AND start < {until_s:UInt32}
        GROUP BY span, metric, start
    )
    ARRAY JOIN {sinces:Array(UInt32)} AS since
    WHERE if(span = 3600, start_s >= from_s AND start_s < to_s, start_s >= since AND (start_s < from_s OR start_s >= to_s))
    GROUP BY metric, since
) AS found
LEFT JOIN
(
    SELECT metric, toUnixTimestamp(since) AS since, max(window_notes.rows) AS made
    FROM window_notes
    WHERE until = {until_s:UInt32}
    GROUP BY metric, since
) AS known ON known.metric = found.metric AND known.since = found.since
WHERE found.rows > known.made
ORDER BY since, metric
