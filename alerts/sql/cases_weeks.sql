-- Cases reported in the window_ms before now_ms and in the same time of the weeks before, by cell, district and week (0 is now).
-- params: now_ms Int64, window_ms Int64, weeks Int64
WITH {now_ms:Int64} - toUnixTimestamp64Milli(at) AS age_ms
SELECT
    cell,
    toString(district) AS its_district,
    toInt64(intDiv(age_ms, 604800000)) AS week,
    toInt64(uniqExact(case)) AS cases,
    avgIf(lat, cell > 0) AS middle_lat,
    avgIf(lon, cell > 0) AS middle_lon
FROM case_steps
WHERE stage = 'reported'
    AND at > fromUnixTimestamp64Milli({now_ms:Int64} - {weeks:Int64} * 604800000 - {window_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND age_ms % 604800000 < {window_ms:Int64}
GROUP BY cell, district, week
