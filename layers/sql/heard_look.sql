-- When somebody noted the last words of all devices for the last time: 0 for never.
-- params:
SELECT toUnixTimestamp64Milli(max(at)) AS noted_ms
FROM device_heard
WHERE device = ''
