-- The largest (peak) and the mean of all devices in a window, of what each one's readings come to; nothing where none was heard.
-- params:
SELECT max(shown) AS peak, avg(shown) AS mean, toUnixTimestamp64Milli(max(newest)) AS newest_ms
FROM (SELECT device, $shown AS shown, max(last_at) AS newest FROM ($middle UNION ALL $edges) GROUP BY device)
HAVING newest_ms > 0
