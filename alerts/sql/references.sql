-- Messages that are about an event of another name, as updates and cancellations of CAP are: of 30 days up to now_ms.
-- params: now_ms Int64
SELECT DISTINCT message, event
FROM city_events
WHERE message != ''
    AND at > fromUnixTimestamp64Milli({now_ms:Int64} - 2592000000, 'UTC')
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
