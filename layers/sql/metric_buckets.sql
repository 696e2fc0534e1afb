-- What each device said from first_s until closed_s, of whole buckets (layers/cuts.py): of these the whole hours as such, which are fewer rows.
-- params: metric String, first_s UInt32, from_s UInt32, to_s UInt32, closed_s UInt32, first_hour_s UInt32, closed_hour_s UInt32
SELECT device, $part AS part, reading_spans.readings AS said, cell AS spot, reading_spans.last_at AS last_at
FROM reading_spans FINAL
WHERE metric = {metric:String}
    AND
    (
        (span = 3600 AND toStartOfHour(start) >= {from_s:UInt32} AND toStartOfHour(start) < {to_s:UInt32})
        OR (span = 300 AND toStartOfHour(start) >= {first_hour_s:UInt32} AND toStartOfHour(start) < {from_s:UInt32} AND start >= {first_s:UInt32} AND start < {closed_s:UInt32})
        OR (span = 300 AND toStartOfHour(start) >= {to_s:UInt32} AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32})
    )
    AND said > 0
