-- What the registry says of the marks of a metric, by device (those that are active and have any): JSON, {"warning": 4.0, "red": 5.2}.
-- params: metric String
SELECT device, JSONExtractRaw(argMax(thresholds, tuple(at, received, offset, item)) AS said, {metric:String}) AS marks
FROM device_entries
WHERE device IN (SELECT device FROM device_entries WHERE thresholds != '')
GROUP BY device
HAVING JSONHas(said, {metric:String}) AND argMax(toString(state), tuple(at, received, offset, item)) = 'active'
