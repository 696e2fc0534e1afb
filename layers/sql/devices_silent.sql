-- Of each gateway ('' for devices without one) whose registered devices are not all heard: how many it has, which are silent, and since when.
-- params: moment_ms Int64, least_s Float64, most_s Float64, listed UInt32
WITH
    registered AS
    (
        SELECT device, told_at, kind, gateway, interval, name_zh, name_en, district
        FROM device_states FINAL
        WHERE state = 'active' AND interval > {least_s:Float64} AND interval <= {most_s:Float64}
    ),
    heard AS (SELECT device, toUnixTimestamp64Milli(max(heard_at)) AS last_ms FROM ($heard) GROUP BY device)
SELECT
    gateway,
    count() AS devices,
    countIf(late) AS silent,
    max(last_ms) AS newest_ms,
    groupArrayIf({listed:UInt32})(device, late) AS silent_devices,
    groupArrayIf({listed:UInt32})(kind, late) AS kinds,
    groupArrayIf({listed:UInt32})(name_zh, late) AS names_zh,
    groupArrayIf({listed:UInt32})(name_en, late) AS names_en,
    groupArrayIf({listed:UInt32})(district, late) AS districts,
    groupArrayIf({listed:UInt32})(interval_s, late) AS intervals,
    groupArrayIf({listed:UInt32})(last_ms, late) AS lasts
FROM
(
    SELECT
        registered.device AS device,
        toString(registered.kind) AS kind,
        registered.gateway AS gateway,
        registered.interval AS interval_s,
        registered.name_zh AS name_zh,
        registered.name_en AS name_en,
        toString(registered.district) AS district,
        heard.last_ms AS last_ms,
        greatest(heard.last_ms, toUnixTimestamp64Milli(registered.told_at)) < {moment_ms:Int64} - 3000 * interval_s AS late
    FROM registered
    LEFT JOIN heard ON heard.device = registered.device
    ORDER BY last_ms, device
)
GROUP BY gateway
HAVING silent > 0
ORDER BY silent DESC, gateway
-- a second thread takes more processor time, and saves none on the clock
SETTINGS max_threads = 1
