-- How many cases had a step of this stage in each of the last `slots` windows of window_ms (slot 0 ends at now_ms), by cell and district.
-- params: stage String, now_ms Int64, window_ms Int64, slots Int64
SELECT
    cell,
    toString(district) AS its_district,
    toInt64(intDiv({now_ms:Int64} - toUnixTimestamp64Milli(at), {window_ms:Int64})) AS slot,
    toInt64(uniqExact(case)) AS cases
FROM case_steps
WHERE stage = {stage:String}
    AND at > fromUnixTimestamp64Milli({now_ms:Int64} - {slots:Int64} * {window_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY cell, district, slot
