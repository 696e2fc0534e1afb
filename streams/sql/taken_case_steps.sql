-- How many items of this stream were stored since a moment?
-- params: since_ms Int64
SELECT count() AS items
FROM case_steps
WHERE received >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
