-- Buckets of a device that the rollups have otherwise than the readings, of those that ended until until_ms: none, or something is wrong.
-- params: span UInt16, until_ms Int64
SELECT metric, bucket, device, told, said
FROM
(
    SELECT
        toString(metric) AS metric,
        intDiv(toUnixTimestamp(at), {span:UInt16}) * {span:UInt16} AS bucket,
        device,
        (sum(value), min(value), max(value), count(), argMax(value, at), max(at), argMax(cell, at)) AS said
    FROM
    (
        SELECT metric, device, at, argMax(readings.value, (received, offset, item)) AS value, argMax(readings.cell, (received, offset, item)) AS cell
        FROM readings
        WHERE usable
        GROUP BY metric, device, at
    )
    GROUP BY metric, bucket, device
    HAVING bucket + {span:UInt16} <= intDiv({until_ms:Int64}, 1000)
) AS raw
FULL OUTER JOIN
(
    SELECT toString(metric) AS metric, toUnixTimestamp(start) AS bucket, device, (total, least, most, toUInt64(readings), last, last_at, cell) AS told
    FROM reading_spans
    WHERE span = {span:UInt16}
        AND (metric, start, version) IN (SELECT metric, start, max(version) FROM reading_spans WHERE span = {span:UInt16} GROUP BY metric, start)
        AND told.4 > 0
) AS made USING (metric, bucket, device)
WHERE told != said
LIMIT 5
