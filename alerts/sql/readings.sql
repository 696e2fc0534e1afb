-- Each device of a metric heard since since_ms, ring by ring: ring n holds what was said after the nth of edges (oldest first). A reading that came twice counts once.
-- params: metric String, now_ms Int64, since_ms Int64, edges Array(Int64)
WITH
    -- five minutes of the rollups that no edge cuts, up to closed_ms; all else from the readings
    arrayMap(edge -> intDiv(edge, 300000) * 300000, arrayPushBack({edges:Array(Int64)}, {since_ms:Int64})) AS cut,
    (intDiv({since_ms:Int64}, 300000) + 1) * 300000 AS first_ms,
    (SELECT if(max(looked) < fromUnixTimestamp64Milli({since_ms:Int64} + 172800000, 'UTC'), toInt64(toUnixTimestamp(max(closed))) * 1000, 0) FROM rollup_looks WHERE looked > fromUnixTimestamp64Milli({now_ms:Int64} - 600000, 'UTC')) AS looked_ms,
    greatest(first_ms, least(looked_ms, intDiv({now_ms:Int64}, 300000) * 300000)) AS closed_ms
SELECT
    device,
    toInt64(arrayCount(edge -> said_ms > edge, {edges:Array(Int64)})) AS ring,
    toUnixTimestamp64Milli(max(last_at)) AS at_ms,
    argMax(said, last_at) AS last,
    sum(part) AS total,
    max(high) AS most,
    min(low) AS least,
    toInt64(sum(heard)) AS readings,
    tupleElement(argMaxIf(place, last_at, place.3 > 0) AS spot, 1) AS spot_lat,
    spot.2 AS spot_lon,
    spot.3 AS spot_cell,
    spot.4 AS spot_district
FROM
(
    SELECT
        device,
        toInt64(toUnixTimestamp(start)) * 1000 AS said_ms,
        total AS part,
        reading_spans.least AS low,
        reading_spans.most AS high,
        reading_spans.readings AS heard,
        reading_spans.last AS said,
        reading_spans.last_at AS last_at,
        (toFloat64(lat), toFloat64(lon), cell, toString(district)) AS place
    FROM reading_spans FINAL
    WHERE span = 300
        AND metric = {metric:String}
        AND toStartOfHour(start) >= toStartOfHour(fromUnixTimestamp64Milli(first_ms, 'UTC')) AND start >= fromUnixTimestamp64Milli(first_ms, 'UTC')
        AND toStartOfHour(start) <= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) AND start < fromUnixTimestamp64Milli(closed_ms, 'UTC')
        AND NOT has(cut, said_ms)
        AND heard > 0
    UNION ALL
    SELECT
        device,
        toUnixTimestamp64Milli(at) AS said_ms,
        argMax(value, toUnixTimestamp64Milli(received) * 4194304 + offset % 4096 * 1024 + item % 1024) AS part,
        part,
        part,
        1,
        part,
        at,
        any((toFloat64(lat), toFloat64(lon), cell, toString(district)))
    FROM readings
    WHERE metric = {metric:String}
        AND (toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli(closed_ms, 'UTC')) OR toStartOfHour(at) IN (SELECT toStartOfHour(fromUnixTimestamp64Milli(arrayJoin(cut), 'UTC'))))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND (at >= fromUnixTimestamp64Milli(closed_ms, 'UTC') OR has(cut, intDiv(toUnixTimestamp64Milli(at), 300000) * 300000))
        AND usable
    GROUP BY device, at
)
GROUP BY device, ring
