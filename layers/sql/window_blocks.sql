-- Of windows until until_s, by metric and since when (epoch s): the block that holds what lies in them (streams/windows.py).
-- params: until_s UInt32
SELECT toString(metric) AS its_metric, toInt64(toUnixTimestamp(since)) AS since_s, argMax(block, rows) AS its_block
FROM window_notes
WHERE until = {until_s:UInt32}
GROUP BY metric, since
