-- What each device said from first_s until closed_s, of whole buckets (layers/cuts.py): of these the whole hours as such, which are fewer rows.
-- params: metric String, first_s UInt32, from_s UInt32, to_s UInt32, closed_s UInt32, first_hour_s UInt32, closed_hour_s UInt32
SELECT cityHash64(device) AS number, sum(spans.total) AS total, max(spans.most) AS most, argMax(spans.last, spans.last_at) AS last, sum(spans.readings) AS said, argMaxIf(cell, spans.last_at, cell != 0) AS spot, toUnixTimestamp64Milli(max(spans.last_at)) AS last_ms
FROM reading_spans AS spans FINAL
WHERE metric = {metric:String}
    AND
    (
        (span = 3600 AND toStartOfHour(start) >= {from_s:UInt32} AND toStartOfHour(start) < {to_s:UInt32})
        OR (span = 300 AND toStartOfHour(start) >= {first_hour_s:UInt32} AND toStartOfHour(start) < {from_s:UInt32} AND start >= {first_s:UInt32} AND start < {closed_s:UInt32})
        OR (span = 300 AND toStartOfHour(start) >= {to_s:UInt32} AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32})
    )
    AND spans.readings > 0
GROUP BY device
