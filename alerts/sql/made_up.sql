-- What the simulator sent since since_ms: of these metrics by device (of `devices`), district and in all (''), of cases by district, of events, rejects and the registry by name.
-- params: metrics Array(String), devices Array(String), since_ms Int64
SELECT DISTINCT
    'iot' AS stream,
    toString(metric) AS what,
    arrayJoin(arrayPushBack(if(device IN {devices:Array(String)}, [device], []), arrayJoin([toString(district), '']))) AS who
FROM readings
WHERE metric IN {metrics:Array(String)}
    AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND source = 'simulator'
UNION ALL
SELECT DISTINCT 'cases', '', arrayJoin([toString(district), ''])
FROM case_steps
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND source = 'simulator'
UNION ALL
SELECT DISTINCT 'events', event, ''
FROM city_events
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND source = 'simulator'
UNION ALL
SELECT DISTINCT 'rejects', toString(stream), ''
FROM rejects
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND source = 'simulator'
UNION ALL
SELECT DISTINCT 'devices', arrayJoin([device, gateway, '']), ''
FROM device_entries
WHERE source = 'simulator'
