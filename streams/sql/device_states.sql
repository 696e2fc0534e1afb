-- What the registry says of each device as of now, by its newest entry: the rows of device_states, whose columns these are.
-- params: now_ms Int64
SELECT device, told_at, entry.1 AS state, entry.2 AS kind, entry.3 AS lat, entry.4 AS lon, entry.5 AS cell, entry.6 AS district, entry.7 AS interval, entry.8 AS gateway, entry.9 AS name_zh, entry.10 AS name_en, version
FROM
(
    SELECT
        device,
        max(at) AS told_at,
        argMax((toString(state), toString(kind), lat, lon, cell, toString(district), device_entries.interval, gateway, name_zh, name_en), tuple(at, received, offset, item)) AS entry,
        max(toUnixTimestamp64Milli(received)) * 4096 + least(count(), 4095) AS version
    FROM device_entries
    WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY device
)
