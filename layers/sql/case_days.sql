-- Cases reported since local midnight, and from the midnight a week before to the same clock; the newest step of any case in these eight days.
-- params: now_ms Int64, midnight_ms Int64, week_midnight_ms Int64, week_now_ms Int64
SELECT
    uniqExactIf(case, stage = 'reported' AND at >= fromUnixTimestamp64Milli({midnight_ms:Int64}, 'UTC')) AS today,
    uniqExactIf(case, stage = 'reported' AND at <= fromUnixTimestamp64Milli({week_now_ms:Int64}, 'UTC')) AS week_ago,
    toUnixTimestamp64Milli(max(at)) AS newest_ms
FROM case_steps
WHERE at >= fromUnixTimestamp64Milli({week_midnight_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
