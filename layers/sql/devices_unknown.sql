-- Devices heard in (since, now] that are not registered, or not any more, by metric: the last heard first; `total` of them there are. Of some devices only, unless `devices` is empty.
-- params: now_ms Int64, since_ms Int64, settled_ms Int64, devices Array(String), most UInt32
WITH
    -- whole hours from the rollups, as far as they are known to be right; all else from the readings
    toStartOfHour(fromUnixTimestamp64Milli(greatest(least({settled_ms:Int64}, {now_ms:Int64}), {since_ms:Int64}), 'UTC')) AS closed,
    states AS
    (
        SELECT device, argMax(state, tuple(at, received, offset, item)) AS last_state
        FROM device_entries
        WHERE empty({devices:Array(String)}) OR device IN {devices:Array(String)}
        GROUP BY device
    ),
    known AS (SELECT device FROM states WHERE last_state = 'active'),
    retired AS (SELECT device FROM states WHERE last_state = 'retired')
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
    count() OVER () AS total
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
    PREWHERE empty({devices:Array(String)}) OR device IN {devices:Array(String)}  -- of the key: before FINAL puts rows together
    WHERE span = 3600
        AND start >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND start < closed
        AND device NOT IN (known)
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
        AND (empty({devices:Array(String)}) OR device IN {devices:Array(String)})
    GROUP BY device, metric
)
GROUP BY device, metric
ORDER BY newest_ms DESC, device, its_metric
LIMIT {most:UInt32}
