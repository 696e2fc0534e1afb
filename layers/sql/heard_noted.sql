-- Who was heard after since_ms about what and where, as their last words were noted (streams/rollup.py).
-- params: since_ms Int64
SELECT device, metric, cell, at AS heard_at
FROM device_heard
WHERE device != '' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
