-- As of when the last words of all devices are noted, their times and what they said: 0 for never.
-- params:
SELECT min(noted_ms) AS noted_ms
FROM
(
    SELECT toUnixTimestamp64Milli(max(at)) AS noted_ms
    FROM device_heard
    WHERE device = ''
    UNION ALL
    SELECT toUnixTimestamp64Milli(max(at))
    FROM device_words
    WHERE device = ''
)
