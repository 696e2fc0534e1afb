-- When the rollups were looked at last in the ten minutes before now, and until when they were found right then; as of when it is noted what all devices said last, when they did, and how all cases stand. Each 0 when nobody looked.
-- params: now_ms Int64
SELECT max(looked_at) AS looked_ms, max(closed_at) AS closed_ms, max(noted_at) AS noted_ms
FROM
(
    SELECT toUnixTimestamp64Milli(looked) AS looked_at, toInt64(toUnixTimestamp(closed)) * 1000 AS closed_at, 0 AS noted_at
    FROM rollup_looks
    WHERE looked > fromUnixTimestamp64Milli({now_ms:Int64} - 600000, 'UTC')
    UNION ALL
    SELECT 0, 0, toUnixTimestamp64Milli(noted)
    FROM word_looks
    WHERE noted > fromUnixTimestamp64Milli({now_ms:Int64} - 600000, 'UTC')
)
