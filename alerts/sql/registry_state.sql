-- What tells one state of the registry from another: entries are only ever added.
-- params:
SELECT count() AS entries, toInt64(toUnixTimestamp64Milli(max(received))) AS received_ms FROM device_entries
