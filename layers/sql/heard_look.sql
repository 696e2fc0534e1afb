-- As of when it is noted what all devices said last, when they did, and how all cases stand: 0 for never.
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
    UNION ALL
    SELECT toUnixTimestamp64Milli(max(last_at))
    FROM case_states
    WHERE case = ''
)
