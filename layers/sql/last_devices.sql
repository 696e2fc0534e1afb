-- The newest entry of the device registry until now, however long ago (after since, by arrival), and the newest arrival: for a stream that is silent.
-- params: now_ms Int64, since_ms Int64
SELECT toUnixTimestamp64Milli(max(at)) AS newest_ms, toUnixTimestamp64Milli(max(received)) AS received_ms
FROM device_entries
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
