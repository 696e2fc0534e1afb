-- Cases with a step of this stage after since_ms, by cell and district, with the middle of them (NaN where they are in no cell: a place outside is none).
-- params: now_ms Int64, since_ms Int64, stage String
SELECT
    cell,
    toString(district) AS its_district,
    toInt64(uniqExact(case)) AS cases,
    avgIf(lat, cell > 0) AS middle_lat,
    avgIf(lon, cell > 0) AS middle_lon
FROM case_steps
WHERE stage = {stage:String}
    AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY cell, district
