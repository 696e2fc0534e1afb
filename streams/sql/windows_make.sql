-- Store a block: what each device said of some metrics from since_s until until_s, of which the hours from from_s to to_s are taken whole.
-- params: metrics Array(String), since_s UInt32, from_s UInt32, to_s UInt32, until_s UInt32, block UInt64
INSERT INTO reading_windows (metric, since, until, device, total, most, readings, last, last_at, lat, lon, cell, district, block)
SELECT
    metric,
    {since_s:UInt32},
    {until_s:UInt32},
    device,
    sum(spans.total),
    max(spans.most),
    sum(spans.readings),
    argMax(spans.last, spans.last_at),
    max(spans.last_at),
    argMaxIf(spans.lat, spans.last_at, spans.cell != 0),
    argMaxIf(spans.lon, spans.last_at, spans.cell != 0),
    argMaxIf(spans.cell, spans.last_at, spans.cell != 0),
    argMaxIf(spans.district, spans.last_at, spans.cell != 0),
    {block:UInt64}
FROM reading_spans AS spans FINAL
WHERE metric IN {metrics:Array(String)}
    AND toStartOfHour(start) >= toStartOfHour(toDateTime({since_s:UInt32}, 'UTC'))
    AND start < {until_s:UInt32}
    AND
    (
        (span = 3600 AND start >= {from_s:UInt32} AND start < {to_s:UInt32})
        OR (span = 300 AND start >= {since_s:UInt32} AND (start < {from_s:UInt32} OR start >= {to_s:UInt32}))
    )
    AND spans.readings > 0
GROUP BY metric, device
