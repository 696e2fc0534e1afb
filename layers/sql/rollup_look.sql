-- When the rollups were looked at last in the ten minutes before now, and until when they were found right then: both 0 when nobody looked.
-- params: now_ms Int64
SELECT toUnixTimestamp64Milli(max(looked)) AS looked_ms, toInt64(toUnixTimestamp(max(closed))) * 1000 AS closed_ms
FROM rollup_looks
WHERE looked > fromUnixTimestamp64Milli({now_ms:Int64} - 600000, 'UTC')
