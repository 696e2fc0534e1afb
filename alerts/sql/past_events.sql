-- Events after since_ms and until until_ms as they were stored, for a back-test.
-- params: since_ms Int64, until_ms Int64
SELECT * REPLACE (toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(received) AS received, toUnixTimestamp64Milli(expires) AS expires)
FROM
(
    SELECT *
    FROM city_events
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
)
