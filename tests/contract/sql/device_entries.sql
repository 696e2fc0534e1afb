-- What the registry was told, in the order of arrival.
-- params:
SELECT device, toUnixTimestamp64Milli(at) AS at_ms, state, kind, metrics, units, lat, lon, cell, district, interval, thresholds, gateway, owner, name_zh, name_en, source, offset, item
FROM device_entries
ORDER BY received, epoch, partition, offset, item
