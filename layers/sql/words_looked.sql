-- What devices in a place (layers/scope.py) said in (since, now]: whole hours, then five minutes, then readings (layers/cuts.py).
-- params: now_ms Int64, since_ms Int64, since_hour_s UInt32, hours_hour_s UInt32, closed_s UInt32, closed_hour_s UInt32
SELECT device, metric AS its_metric, last AS value, last_at AS heard_at, lat, lon, cell, district
FROM reading_spans
WHERE
    (
        (span = 3600 AND toStartOfHour(start) >= {since_hour_s:UInt32} AND toStartOfHour(start) < {hours_hour_s:UInt32})
        OR (span = 300 AND toStartOfHour(start) >= {hours_hour_s:UInt32} AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32})
    )
    AND reading_spans.readings > 0
    AND $place
UNION ALL
SELECT device, metric, value, at, lat, lon, cell, district
FROM readings
WHERE toStartOfHour(at) >= {closed_hour_s:UInt32}
    AND toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900
    AND at >= {closed_s:UInt32}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND $place
    AND usable
