-- Devices heard in (since, now] that are not registered, or not any more, by metric, as their last words were noted: the last heard first; `total` of them there are.
-- params: since_ms Int64, most UInt32
SELECT device, toString(metric) AS its_metric, max(at) AS last_at, count() OVER () AS total
FROM device_heard
WHERE device != ''
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND device NOT IN
    (
        SELECT device
        FROM device_entries
        GROUP BY device
        HAVING argMax(state, tuple(at, received, offset, item)) = 'active'
    )
GROUP BY device, metric
ORDER BY last_at DESC, device, its_metric
LIMIT {most:UInt32}
