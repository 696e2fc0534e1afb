-- Cases reported after since_ms, by cell and district, with the middle of them.
-- params: now_ms Int64, since_ms Int64
SELECT
    cell,
    toString(district) AS its_district,
    toInt64(uniqExact(case)) AS cases,
    avgIf(lat, isFinite(lat)) AS middle_lat,
    avgIf(lon, isFinite(lon)) AS middle_lon
FROM case_steps
WHERE stage = 'reported'
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY cell, district
