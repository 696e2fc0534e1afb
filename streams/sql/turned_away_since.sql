-- How many items of a stream were turned away since a moment?
-- params: stream String, since_ms Int64
SELECT count() AS items
FROM rejects
WHERE stream = {stream:String} AND received >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
