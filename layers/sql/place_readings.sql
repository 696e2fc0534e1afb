-- What each device in a place said from closed_s on until now, by steps of step_s. A reading that came twice counts once.
-- params: metrics Array(String), now_ms Int64, step_s UInt32, closed_s UInt32, read_hours Array(UInt32), read_quarters Array(UInt32)
SELECT metric, device, toInt64(intDiv(toUnixTimestamp(at), {step_s:UInt32}) * {step_s:UInt32}) AS start_s, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS part, 1 AS said
FROM readings
WHERE metric IN {metrics:Array(String)}
    AND toStartOfHour(at) IN {read_hours:Array(UInt32)}
    AND toStartOfFifteenMinutes(at) IN {read_quarters:Array(UInt32)}
    AND at >= {closed_s:UInt32}
    AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    AND $place
    AND usable
GROUP BY device, metric, at
