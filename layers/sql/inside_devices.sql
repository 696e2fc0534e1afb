-- Devices in a place (layers/scope.py), as of now: registered there, or heard there in (since, now]; how many they are, how many of them are silent (not heard for three of their intervals, or for silent_s where nobody told one), how many in the cells from low to high; `most` of them, with the last usable word of each metric: those that are silent first, then those that say something about a metric.
-- params: metric String, low UInt64, high UInt64, moment_ms Int64, silent_s Float64, most UInt32
SELECT
    count() AS devices,
    sum(silent) AS silents,
    countIf(place.3 >= {low:UInt64} AND place.3 <= {high:UInt64}) AS heres,
    -- a quarter less than windows and an order of the whole; groupArraySorted takes three times as long for a whole city
    arraySlice(
        arraySort(
            one -> (one.1, one.2, one.3, one.4),
            groupArray((NOT silent, NOT has(metrics, {metric:String}), -last_ms, device, said, place, metrics, lasts, lasts_ms))
        ),
        1, {most:UInt32}
    ) AS listed
FROM
(
    SELECT
        device,
        anyIf(told, told.6 != '') AS said,
        argMax(spot, (told.6 != '' AND spot.3 != 0, heard_ms)) AS place,
        groupArrayIf(metric, metric != '') AS metrics,
        groupArrayIf(last, metric != '') AS lasts,
        groupArrayIf(heard_ms, metric != '') AS lasts_ms,
        max(heard_ms) AS last_ms,
        last_ms < {moment_ms:Int64} - 1000 * if(said.4 > 0, 3 * said.4, {silent_s:Float64}) AS silent
    FROM
    (
        SELECT
            device, toString(its_metric) AS metric, argMax(value, heard_at) AS last, toUnixTimestamp64Milli(max(heard_at)) AS heard_ms,
            argMax((toFloat64(lat), toFloat64(lon), cell, toString(district)), heard_at) AS spot, ('', '', '', 0., 0, '') AS told
        FROM ($heard)
        GROUP BY device, its_metric
        UNION ALL
        SELECT device, '', 0., 0, (lat, lon, cell, toString(district)), (toString(kind), name_zh, name_en, interval, 1, 'active')
        FROM device_states FINAL
        WHERE state = 'active' AND $place
    )
    GROUP BY device
)
