-- Buckets of `span` seconds from from_ms on that ended until until_ms, lie in an hour of whose metric something arrived after since_ms, and have more readings than they were made of: newest day first.
-- params: span UInt16, from_ms Int64, since_ms Int64, until_ms Int64
WITH touched AS
(
    SELECT metric, toStartOfHour(at) AS hour
    FROM readings
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') AND at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    GROUP BY metric, hour
)
SELECT toString(found.metric) AS metric, toInt64(found.bucket) AS start, found.rows AS rows
FROM
(
    SELECT metric, intDiv(toUnixTimestamp(at), {span:UInt16}) * {span:UInt16} AS bucket, count() AS rows
    FROM readings
    WHERE (metric, toStartOfHour(at)) IN (touched)
        AND at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    GROUP BY metric, bucket
) AS found
LEFT JOIN
(
    SELECT metric, toUnixTimestamp(start) AS bucket, max(rows) AS made
    FROM rollups
    WHERE span = {span:UInt16} AND (metric, toStartOfHour(start)) IN (touched)
    GROUP BY metric, bucket
) AS known ON known.metric = found.metric AND known.bucket = found.bucket
WHERE found.rows > known.made
ORDER BY intDiv(found.bucket, 86400) DESC, metric, start
