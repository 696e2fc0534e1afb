-- Of the weeks before now_ms (1 is the one that ended a week ago and so on), those in which any case was reported.
-- params: now_ms Int64, weeks Int64
SELECT DISTINCT toInt64(intDiv({now_ms:Int64} - toUnixTimestamp64Milli(at), 604800000)) AS week
FROM case_steps
WHERE stage = 'reported'
    AND at > fromUnixTimestamp64Milli({now_ms:Int64} - ({weeks:Int64} + 1) * 604800000, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64} - 604800000, 'UTC')
