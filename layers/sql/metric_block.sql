-- What each device said from first_s until closed_s, which somebody put together in a block (streams/windows.py).
-- params: metric String, first_s UInt32, closed_s UInt32, block UInt64
SELECT cityHash64(device) AS number, total, most, last, reading_windows.readings AS said, cell AS spot, toUnixTimestamp64Milli(last_at) AS last_ms
FROM reading_windows
WHERE metric = {metric:String} AND until = {closed_s:UInt32} AND since = {first_s:UInt32} AND block = {block:UInt64}
