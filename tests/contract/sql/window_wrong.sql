-- What the noted blocks of windows until until_s have otherwise than the readings: none, or something is wrong.
-- params: until_s UInt32
WITH said AS
(
    SELECT metric, device, at, argMax(readings.value, (received, offset, item)) AS value, argMax((readings.cell, readings.lat, readings.lon, toString(readings.district)), (received, offset, item)) AS spot
    FROM readings
    WHERE usable AND at < toDateTime({until_s:UInt32}, 'UTC')
    GROUP BY metric, device, at
)
SELECT metric, since, device, told, right
FROM
(
    SELECT toString(metric) AS metric, since, toString(device) AS device, (sum(value), max(value), toUInt32(count()), argMax(value, at), max(at), argMax(spot, at)) AS right
    FROM (SELECT DISTINCT since FROM window_notes WHERE until = {until_s:UInt32}) AS windows
    CROSS JOIN said
    WHERE at >= since
    GROUP BY metric, since, device
) AS raw
FULL OUTER JOIN
(
    SELECT toString(metric) AS metric, since, toString(device) AS device, (total, most, readings, last, last_at, (cell, lat, lon, toString(district))) AS told
    FROM reading_windows
    WHERE until = {until_s:UInt32}
        AND (metric, since, block) IN (SELECT metric, since, argMax(block, rows) FROM window_notes WHERE until = {until_s:UInt32} GROUP BY metric, since)
) AS made USING (metric, since, device)
WHERE told != right
LIMIT 5
