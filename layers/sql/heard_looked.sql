-- Who was heard in (since, now] about what and where: in whole hours of the rollups (layers/cuts.py), in readings after.
-- params: now_ms Int64, since_ms Int64, since_hour_s UInt32, hours_hour_s UInt32
SELECT device, metric, cell, greatest(last_at, toDateTime64(start, 3, 'UTC')) AS heard_at
FROM reading_spans
WHERE span = 3600 AND toStartOfHour(start) >= {since_hour_s:UInt32} AND toStartOfHour(start) < {hours_hour_s:UInt32}
UNION ALL
SELECT device, metric, cell, at
FROM readings
WHERE toStartOfHour(at) >= {hours_hour_s:UInt32}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
