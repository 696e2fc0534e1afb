-- When a `watch` that judges the rules last said that it lives, since a moment; 0 when none did.
-- params: since_ms Int64
SELECT toUnixTimestamp64Milli(max(at)) AS at_ms
FROM heartbeats
WHERE process = 'watch'
  AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
  AND JSONExtractString(detail, 'state') IN ('running', '')
