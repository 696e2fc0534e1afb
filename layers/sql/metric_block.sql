-- What each device said from first_s until closed_s, which somebody put together in a block (streams/windows.py).
-- params: metric String, first_s UInt32, closed_s UInt32, block UInt64
SELECT device, $part AS part, reading_windows.readings AS said, cell AS spot, reading_windows.last_at AS last_at
FROM reading_windows
WHERE metric = {metric:String} AND until = {closed_s:UInt32} AND since = {first_s:UInt32} AND block = {block:UInt64}
