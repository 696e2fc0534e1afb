-- What the look at late data left out since since_ms: places that waited at its last look, rows about times too long ago, rows of what was too much to read.
-- params: since_ms Int64
SELECT toInt64(argMax(left, looked)) AS left, toInt64(sum(old)) AS old, toInt64(sum(many)) AS many
FROM late_looks
WHERE looked > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
