-- Steps of cases after since_ms and until until_ms, at most `most`.
-- params: since_ms Int64, until_ms Int64, most UInt32
SELECT * REPLACE (toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(received) AS received, toUnixTimestamp64Milli(due) AS due)
FROM
(
    SELECT at, offset, case, stage, due, cell, district, lat, lon, received
    FROM case_steps
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    LIMIT {most:UInt32}
)
