-- When the rules were last looked at, in (since, now]: 0 when not at all.
-- params: now_ms Int64, since_ms Int64
SELECT toUnixTimestamp64Milli(max(at)) AS newest_ms
FROM heartbeats
WHERE process = 'watch' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
