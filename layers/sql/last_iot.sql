-- The newest reading until now, however long ago (after since), and when the last one of its hour arrived: for a stream that is silent.
-- params: now_ms Int64, since_ms Int64
WITH
(
    SELECT max(at)
    FROM readings
    WHERE toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
) AS newest
SELECT toUnixTimestamp64Milli(max(at)) AS newest_ms, toUnixTimestamp64Milli(max(received)) AS received_ms
FROM readings
WHERE toStartOfHour(at) = toStartOfHour(newest) AND at <= newest
