-- Devices heard in (since, now] that are not registered, or not any more, by metric: the last heard first; `total` of them there are.
-- params: now_ms Int64, since_ms Int64, most UInt32
WITH
    -- what each device said last is known as of a look of the last two minutes, if there is one; else it is looked for
    (SELECT toUnixTimestamp64Milli(max(at)) FROM device_heard WHERE device = '') AS noted_ms,
    if(noted_ms > {now_ms:Int64} - 120000 AND noted_ms <= {now_ms:Int64} + 5000, least(noted_ms, {now_ms:Int64}), 0) AS heard_at_ms,
    -- whole hours from the rollups, as far as they are known to be right; all else from the readings
    (SELECT if(max(looked) > fromUnixTimestamp64Milli({now_ms:Int64} - 600000, 'UTC'), toStartOfHour(max(closed)), toDateTime(0, 'UTC')) FROM rollup_looks WHERE looked <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')) AS looked_until,
    greatest(looked_until, toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))) AS closed,
    states AS
    (
        SELECT device, argMax(state, tuple(at, received, offset, item)) AS last_state
        FROM device_entries
        GROUP BY device
    ),
    known AS (SELECT device FROM states WHERE last_state = 'active'),
    retired AS (SELECT device FROM states WHERE last_state = 'retired'),
    -- the unknown by that look: only of the first of them the rest is asked
    strangers AS
    (
        SELECT device, toString(metric) AS its_metric, max(at) AS last_at
        FROM device_heard
        WHERE heard_at_ms > 0 AND device != '' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND device NOT IN (known)
        GROUP BY device, metric
    ),
    shown AS (SELECT device FROM strangers ORDER BY last_at DESC, device, its_metric LIMIT {most:UInt32})
SELECT
    device,
    toString(metric) AS its_metric,
    sum(heard) AS readings,
    min(first_ms) AS since_ms,
    max(last_ms) AS newest_ms,
    argMaxIf(spot, last_ms, spot.3 != 0) AS last_spot,
    last_spot.1 AS lat,
    last_spot.2 AS lon,
    last_spot.3 != 0 AS has_spot,
    last_spot.4 AS district,
    device IN (retired) AS was_known,
    if(heard_at_ms > 0, (SELECT count() FROM strangers), count() OVER ()) AS total
FROM
(
    SELECT
        device,
        metric,
        sum(reading_spans.readings) AS heard,
        toInt64(toUnixTimestamp(min(start))) * 1000 AS first_ms,
        toUnixTimestamp64Milli(max(greatest(last_at, toDateTime64(start, 3, 'UTC')))) AS last_ms,
        argMaxIf((toFloat64(lat), toFloat64(lon), cell, toString(district)), last_at, cell != 0) AS spot
    FROM reading_spans FINAL
    WHERE span = 3600
        AND start >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND start < closed
        AND device NOT IN (known)
        AND (heard_at_ms = 0 OR device IN (shown))
    GROUP BY device, metric
    UNION ALL
    SELECT
        device,
        metric,
        countIf(usable),
        toUnixTimestamp64Milli(min(at)),
        toUnixTimestamp64Milli(max(at)),
        argMax((toFloat64(lat), toFloat64(lon), cell, toString(district)), at)
    FROM readings
    WHERE toStartOfHour(at) >= closed
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND device NOT IN (known)
        AND (heard_at_ms = 0 OR device IN (shown))
    GROUP BY device, metric
)
GROUP BY device, metric
ORDER BY newest_ms DESC, device, its_metric
LIMIT {most:UInt32}
