-- What each device in a place said from kept_s, where an hour begins, until closed_s, within that hour: of whole five minutes.
-- params: metrics Array(String), kept_s UInt32, closed_s UInt32
SELECT metric, device, toInt64({kept_s:UInt32}) AS start_s, total AS part, reading_spans.readings AS said
FROM reading_spans FINAL
WHERE span = 300
    AND metric IN {metrics:Array(String)}
    AND toStartOfHour(start) = {kept_s:UInt32}
    AND start < {closed_s:UInt32}
    AND $place
    AND said > 0
