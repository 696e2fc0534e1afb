-- Of these devices and metrics: the middle one of the times (ms) between their words since since_ms, hour by hour, for those that spoke in more than one.
-- params: metrics Array(String), devices Array(String), now_ms Int64, since_ms Int64, settled_ms Int64
WITH
    -- whole hours from the rollups, as far as they are known to be right; all else from the readings
    toStartOfHour(fromUnixTimestamp64Milli(greatest(least({settled_ms:Int64}, {now_ms:Int64}), {since_ms:Int64}), 'UTC')) AS closed,
    arraySort(groupArray((at_ms, said))) AS told,
    arraySort(arrayMap((one, before) -> (one.1 - before.1) / one.2, arraySlice(told, 2), arraySlice(told, 1, length(told) - 1))) AS gaps
SELECT toString(metric) AS its_metric, toString(device) AS its_device, gaps[intDiv(length(gaps) + 1, 2)] AS pace_ms
FROM
(
    SELECT metric, device, toUnixTimestamp64Milli(max(greatest(last_at, toDateTime64(start, 3, 'UTC')))) AS at_ms, greatest(max(reading_spans.readings), 1) AS said
    FROM reading_spans
    WHERE span = 3600
        AND metric IN {metrics:Array(String)}
        AND device IN {devices:Array(String)}
        AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND start < closed
    GROUP BY metric, device, start
    UNION ALL
    SELECT metric, device, toUnixTimestamp64Milli(max(at)), uniqExact(at)
    FROM readings
    WHERE metric IN {metrics:Array(String)}
        AND device IN {devices:Array(String)}
        AND toStartOfHour(at) >= closed
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY metric, device, toStartOfHour(at)
)
GROUP BY metric, device
HAVING count() > 1
