-- Of each gateway ('' for devices without one) whose registered devices are not all heard: how many it has, which are silent, and since when.
-- params: moment_ms Int64, least_s Float64, most_s Float64, listed UInt32
WITH
    registered AS
    (
        SELECT
            device,
            argMax((toString(state), toString(kind), gateway, device_entries.interval, name_zh, name_en, toString(district)), tuple(at, received, offset, item)) AS said,
            toUnixTimestamp64Milli(max(at)) AS told_ms
        FROM device_entries
        GROUP BY device
        HAVING said.1 = 'active' AND said.4 > {least_s:Float64} AND said.4 <= {most_s:Float64}
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
        said.2 AS kind,
        said.3 AS gateway,
        said.4 AS interval_s,
        said.5 AS name_zh,
        said.6 AS name_en,
        said.7 AS district,
        heard.last_ms AS last_ms,
        greatest(heard.last_ms, registered.told_ms) < {moment_ms:Int64} - 3000 * interval_s AS late
    FROM registered
    LEFT JOIN heard ON heard.device = registered.device
    ORDER BY last_ms, device
)
GROUP BY gateway
HAVING silent > 0
ORDER BY silent DESC, gateway
-- a second thread takes more processor time, and saves none on the clock
SETTINGS max_threads = 1
