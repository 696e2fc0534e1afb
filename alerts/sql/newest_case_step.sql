-- The newest step of any case at now_ms, looked for since since_ms; 0 when there is none.
-- params: now_ms Int64, since_ms Int64
SELECT if(count() = 0, 0, toUnixTimestamp64Milli(max(at))) AS at_ms
FROM case_steps
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
