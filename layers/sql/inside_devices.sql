-- Devices in a place (layers/scope.py), as of now: registered there, or heard there in (since, now]; each with the last usable word of each metric. Those that are silent (not heard for three of their intervals, or for silent_s where nobody told one) first, then those that say something about a metric; `devices` of them there are, `silents` of those silent, `heres` of those in the cells from low to high.
-- params: metric String, low UInt64, high UInt64, now_ms Int64, moment_ms Int64, silent_s Float64, most UInt32
SELECT
    device, kind, name_zh, name_en, interval_s, registered, lat, lon, cell, district, metrics, lasts, lasts_ms, last_ms,
    last_ms < {moment_ms:Int64} - 1000 * if(interval_s > 0, 3 * interval_s, {silent_s:Float64}) AS silent,
    count() OVER () AS devices,
    sum(silent) OVER () AS silents,
    countIf(cell >= {low:UInt64} AND cell <= {high:UInt64}) OVER () AS heres
FROM
(
    SELECT
        device,
        anyIf(told, told.6 != '') AS said,
        said.1 AS kind, said.2 AS name_zh, said.3 AS name_en, said.4 AS interval_s,
        max(told.6 != '') AS registered,
        argMax(spot, (told.6 != '' AND spot.3 != 0, heard_ms)) AS place,
        place.1 AS lat, place.2 AS lon, place.3 AS cell, place.4 AS district,
        groupArrayIf(metric, metric != '') AS metrics,
        groupArrayIf(last, metric != '') AS lasts,
        groupArrayIf(heard_ms, metric != '') AS lasts_ms,
        max(heard_ms) AS last_ms
    FROM
    (
        SELECT
            device, toString(its_metric) AS metric, argMax(value, heard_at) AS last, toUnixTimestamp64Milli(max(heard_at)) AS heard_ms,
            argMax((toFloat64(lat), toFloat64(lon), cell, toString(district)), heard_at) AS spot, ('', '', '', 0., 0, '') AS told
        FROM ($heard)
        GROUP BY device, its_metric
        UNION ALL
        SELECT device, '', 0., 0, (known.1, known.2, known.3, known.4), (known.5, known.6, known.7, known.8, 1, known.9)
        FROM
        (
            SELECT
                device,
                argMax((device_entries.lat, device_entries.lon, device_entries.cell, toString(device_entries.district), toString(device_entries.kind), device_entries.name_zh, device_entries.name_en, device_entries.interval, toString(state)), tuple(at, received, offset, item)) AS known,
                known.1 AS lat, known.2 AS lon, known.3 AS cell, known.4 AS district
            FROM device_entries
            WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            GROUP BY device
        )
        WHERE known.9 = 'active'
            AND $place
    )
    GROUP BY device
)
ORDER BY silent DESC, has(metrics, {metric:String}) DESC, last_ms DESC, device
LIMIT {most:UInt32}
