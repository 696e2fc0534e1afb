-- When the first and the last reading, step of a case or event was said until until_ms; 0 when there is none.
-- params: until_ms Int64
SELECT
    toInt64(if(count() = 0, 0, min(first))) AS first_ms,
    toInt64(max(last)) AS last_ms
FROM
(
    SELECT toUnixTimestamp64Milli(min(at)) AS first, toUnixTimestamp64Milli(max(at)) AS last
    FROM readings
    WHERE at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    HAVING count() > 0
    UNION ALL
    SELECT toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at))
    FROM case_steps
    WHERE at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    HAVING count() > 0
    UNION ALL
    SELECT toUnixTimestamp64Milli(min(at)), toUnixTimestamp64Milli(max(at))
    FROM city_events
    WHERE at <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    HAVING count() > 0
)
