-- Cases reported in the window_ms before each of ends_ms, by cell, district and week: the one of `weeks` at the same place of the list.
-- params: window_ms Int64, weeks Array(Int64), ends_ms Array(Int64)
WITH
    toUnixTimestamp64Milli(at) AS at_ms,
    arrayFirstIndex(end -> at_ms <= end AND at_ms > end - {window_ms:Int64}, {ends_ms:Array(Int64)}) AS which
SELECT
    cell,
    toString(district) AS its_district,
    {weeks:Array(Int64)}[which] AS week,
    toInt64(uniqExact(case)) AS cases,
    avgIf(lat, cell > 0) AS middle_lat,
    avgIf(lon, cell > 0) AS middle_lon
FROM case_steps
WHERE stage = 'reported'
    AND at > fromUnixTimestamp64Milli(arrayMin({ends_ms:Array(Int64)}) - {window_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli(arrayMax({ends_ms:Array(Int64)}), 'UTC')
    AND which > 0
GROUP BY cell, district, week
