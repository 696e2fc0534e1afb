-- Note what the registry says as of now of each device of which an entry arrived, or came to pass, after since; but not what is noted already. $states is device_states.sql, which wants now_ms beside.
-- params: since_ms Int64
INSERT INTO device_states (device, told_at, state, kind, lat, lon, cell, district, interval, gateway, name_zh, name_en, version)
WITH touched AS
(
    SELECT device
    FROM device_entries
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') OR at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
)
SELECT device, told_at, state, kind, lat, lon, cell, district, interval, gateway, name_zh, name_en, version
FROM ($states)
WHERE device IN (touched) AND (device, version) NOT IN (SELECT device, version FROM device_states WHERE device IN (touched))
