-- The newest of the events stream until now, however long ago (after since), and the newest arrival: for a stream that is silent.
-- params: now_ms Int64, since_ms Int64
SELECT toUnixTimestamp64Milli(max(at)) AS newest_ms, toUnixTimestamp64Milli(max(received)) AS received_ms
FROM city_events
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
