-- Rejects that came after since_ms and until until_ms, for a back-test.
-- params: since_ms Int64, until_ms Int64
SELECT * REPLACE (toUnixTimestamp64Milli(received) AS received)
FROM
(
    SELECT received, toString(stream) AS stream, toString(reason) AS reason
    FROM rejects
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND received <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
)
