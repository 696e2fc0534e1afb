-- What arrived of each stream in (since, now]: rows, how many of them the simulator made, newest event time and newest arrival.
-- params: now_ms Int64, since_ms Int64
SELECT 'iot' AS stream, count() AS arrived, countIf(source = 'simulator') AS simulated, toUnixTimestamp64Milli(maxIf(at, toUnixTimestamp64Milli(at) <= {now_ms:Int64})) AS newest_ms, toUnixTimestamp64Milli(max(received)) AS received_ms
FROM readings
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
UNION ALL
SELECT 'cases', count(), countIf(source = 'simulator'), toUnixTimestamp64Milli(maxIf(at, toUnixTimestamp64Milli(at) <= {now_ms:Int64})), toUnixTimestamp64Milli(max(received))
FROM case_steps
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
UNION ALL
SELECT 'events', count(), countIf(source = 'simulator'), toUnixTimestamp64Milli(maxIf(at, toUnixTimestamp64Milli(at) <= {now_ms:Int64})), toUnixTimestamp64Milli(max(received))
FROM city_events
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
UNION ALL
SELECT 'devices', count(), countIf(source = 'simulator'), toUnixTimestamp64Milli(maxIf(at, toUnixTimestamp64Milli(at) <= {now_ms:Int64})), toUnixTimestamp64Milli(max(received))
FROM device_entries
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
