-- What each device in a place said from kept_s until closed_s, which somebody put together in blocks (streams/windows.py).
-- params: metrics Array(String), kept_s UInt32, closed_s UInt32, blocks Array(UInt64)
SELECT metric, device, toInt64({kept_s:UInt32}) AS start_s, total AS part, reading_windows.readings AS said
FROM reading_windows
WHERE metric IN {metrics:Array(String)}
    AND until = {closed_s:UInt32}
    AND since = {kept_s:UInt32}
    AND block IN {blocks:Array(UInt64)}
    AND $place
