-- The earliest reading after since_ms that was said until at_ms but arrived after it, and how many such there are.
-- params: at_ms Int64, since_ms Int64
SELECT toUnixTimestamp64Milli(min(at)) AS first_ms, count() AS rows
FROM readings
WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Milli({at_ms:Int64}, 'UTC')
    AND received > fromUnixTimestamp64Milli({at_ms:Int64}, 'UTC')
