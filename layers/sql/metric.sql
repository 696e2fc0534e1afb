-- Each cell in (since, now], over its devices that are still fresh: the sum (total) and the largest (peak) of what each one's readings come to (`measure`: sum, avg, max, off: its last state is not 1, last); how many those are, how many devices there are. A reading that came twice counts once.
-- params: metric String, measure String, now_ms Int64, since_ms Int64, fresh_ms Int64, resolution UInt8, first_s UInt32, from_s UInt32, to_s UInt32, closed_s UInt32, first_hour_s UInt32, closed_hour_s UInt32, head_hour_s UInt32, now_hour_s UInt32
WITH
    -- 0 of a cell that was stored coarser: it stays what it is
    h3ToParent(place, {resolution:UInt8}) AS parent
SELECT
    if(parent = 0, place, parent) AS hexagon,
    sumIf(shown, last_ms >= {fresh_ms:Int64}) AS total,
    maxIf(shown, last_ms >= {fresh_ms:Int64}) AS peak,
    countIf(last_ms >= {fresh_ms:Int64}) AS fresh,
    count() AS devices,
    max(last_ms) AS newest_ms
FROM
(
    SELECT
        device,
        argMaxIf(spot, last_at, spot != 0) AS place,
        if({measure:String} = 'sum', sum(part), if({measure:String} = 'avg', sum(part) / sum(said), if({measure:String} = 'max', max(most), if({measure:String} = 'off', toFloat64(argMax(newest, last_at) != 1), argMax(newest, last_at))))) AS shown,
        toUnixTimestamp64Milli(max(last_at)) AS last_ms
    FROM
    (
        SELECT device, total AS part, reading_spans.readings AS said, reading_spans.most AS most, reading_spans.last AS newest, cell AS spot, reading_spans.last_at AS last_at
        FROM reading_spans FINAL
        WHERE metric = {metric:String}
            -- whole buckets from first to closed (layers/cuts.py), of these the whole hours as such: fewer rows
            AND
            (
                (span = 3600 AND toStartOfHour(start) >= {from_s:UInt32} AND toStartOfHour(start) < {to_s:UInt32})
                OR (span = 300 AND toStartOfHour(start) >= {first_hour_s:UInt32} AND toStartOfHour(start) < {from_s:UInt32} AND start >= {first_s:UInt32} AND start < {closed_s:UInt32})
                OR (span = 300 AND toStartOfHour(start) >= {to_s:UInt32} AND toStartOfHour(start) <= {closed_hour_s:UInt32} AND start < {closed_s:UInt32})
            )
            AND said > 0
        UNION ALL
        SELECT device, argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS said_last, 1, said_last, said_last, max(cell), at
        FROM readings
        WHERE metric = {metric:String}
            -- what lies before and after; a window that begins with a bucket has nothing to be read before it
            AND (toStartOfHour(at) = {head_hour_s:UInt32} OR toStartOfHour(at) >= {closed_hour_s:UInt32})
            AND (toStartOfFifteenMinutes(at) < {first_s:UInt32} OR toStartOfFifteenMinutes(at) > {closed_s:UInt32} - 900)
            AND toStartOfFifteenMinutes(at) > {first_s:UInt32} - 1200
            AND toStartOfHour(at) <= {now_hour_s:UInt32}
            AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
            AND (at < {first_s:UInt32} OR at >= {closed_s:UInt32})
            AND usable
        GROUP BY device, at
    )
    GROUP BY device
    HAVING place != 0
)
GROUP BY hexagon
