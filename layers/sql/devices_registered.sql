-- Registered devices by id, after one of them, as their latest entries say.
-- params: after String, most UInt32
SELECT device, said.1 AS kind, said.2 AS metrics, said.3 AS units, said.4 AS lat, said.5 AS lon, said.6 AS district, said.7 AS interval_s, said.8 AS thresholds, said.9 AS gateway, said.10 AS owner, said.11 AS name_zh, said.12 AS name_en, told_ms
FROM
(
    SELECT
        device,
        argMax(toString(state), tuple(at, received, offset, item)) AS last_state,
        argMax((toString(kind), metrics, units, if(isNaN(lat), NULL, lat), if(isNaN(lon), NULL, lon), toString(district), device_entries.interval, thresholds, gateway, toString(owner), name_zh, name_en), tuple(at, received, offset, item)) AS said,
        toUnixTimestamp64Milli(max(at)) AS told_ms
    FROM device_entries
    WHERE device > {after:String}
    GROUP BY device
)
WHERE last_state = 'active'
ORDER BY device
LIMIT {most:UInt32}
