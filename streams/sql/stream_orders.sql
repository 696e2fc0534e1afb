-- What was ordered last of each stream: to hold it, or to go on?
-- params:
SELECT stream, toUnixTimestamp64Milli(at) AS at_ms, kind, rejected, accepted, actor, skip
FROM stream_holds
ORDER BY stream, at DESC, kind
LIMIT 1 BY stream
