-- Of each metric: devices heard since since_ms; and of those that said nothing after silent_ms: when they did last, and the interval (s) that they are registered with, 0 for none.
-- params: now_ms Int64, since_ms Int64, silent_ms Int64, heard_ms Int64, settled_ms Int64
WITH
    -- whole hours from the rollups, as far as they are known to be right; all else from the readings
    toStartOfHour(fromUnixTimestamp64Milli(greatest(least({settled_ms:Int64}, {now_ms:Int64}), {since_ms:Int64}), 'UTC')) AS closed
SELECT
    toString(metric) AS its_metric,
    toInt64(count()) AS devices,
    groupArrayIf((toString(words.device), last_ms, registered.interval_s), last_ms <= {silent_ms:Int64}) AS quiet
FROM
(
    SELECT metric, device, max(at_ms) AS last_ms
    FROM
    (
        -- what each device said last is known as of heard_ms, if that is not 0; else it is looked for
        SELECT metric, device, toUnixTimestamp64Milli(max(at)) AS at_ms
        FROM device_heard
        WHERE {heard_ms:Int64} > 0 AND device != '' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        GROUP BY metric, device
        UNION ALL
        SELECT metric, device, toUnixTimestamp64Milli(max(greatest(last_at, toDateTime64(start, 3, 'UTC'))))
        FROM reading_spans
        WHERE {heard_ms:Int64} = 0
            AND span = 3600
            AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
            AND start < closed
        GROUP BY metric, device
        UNION ALL
        SELECT metric, device, toUnixTimestamp64Milli(max(at))
        FROM readings
        WHERE {heard_ms:Int64} = 0
            AND toStartOfHour(at) >= closed
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY metric, device
    )
    GROUP BY metric, device
    HAVING last_ms > {since_ms:Int64}
) AS words
LEFT JOIN
(
    SELECT device, toFloat64(said.1) AS interval_s
    FROM (SELECT device, argMax((device_entries.interval, toString(state)), tuple(at, received, offset, item)) AS said FROM device_entries GROUP BY device)
    WHERE said.2 = 'active'
) AS registered ON registered.device = words.device
GROUP BY metric
