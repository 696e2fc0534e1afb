-- By metric: devices that were heard (received) after since_ms, and how many of them with a reading that bears the mark.
-- params: now_ms Int64, since_ms Int64, mark String
SELECT
    toString(metric) AS its_metric,
    toInt64(uniqExact(device)) AS devices,
    toInt64(uniqExactIf(device, has(splitByChar(',', toString(quality)), {mark:String}))) AS marked
FROM readings
WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND received <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY metric
