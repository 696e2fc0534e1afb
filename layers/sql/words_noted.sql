-- What devices in a place (layers/scope.py) said last, after since_ms, about each metric, as it was noted (streams/rollup.py).
-- params: since_ms Int64
SELECT device, metric AS its_metric, value, at AS heard_at, lat, lon, cell, district
FROM device_words
WHERE device != '' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND $place
