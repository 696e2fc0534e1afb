-- Hours of the city that are kept otherwise than the readings have them, of those that ended after from_ms and until until_ms at full five minutes: none, or something is wrong.
-- params: metrics Array(String), from_ms Int64, until_ms Int64
SELECT metric, until_s, told, said
FROM
(
    SELECT metric, until_s, (count(), round(avg(sums / number), 9), max(sums), max(newest)) AS said
    FROM
    (
        SELECT metric, device, arrayJoin(range(300, 3900, 300)) + intDiv(toUnixTimestamp(at), 300) * 300 AS until_s, sum(value) AS sums, count() AS number, max(at) AS newest
        FROM
        (
            SELECT toString(metric) AS metric, device, at, argMax(readings.value, (received, offset, item)) AS value
            FROM readings
            WHERE usable AND metric IN {metrics:Array(String)}
            GROUP BY metric, device, at
        )
        GROUP BY metric, device, until_s
        HAVING until_s > intDiv({from_ms:Int64}, 1000) AND until_s <= intDiv({until_ms:Int64}, 1000)
    )
    GROUP BY metric, until_s
) AS raw
FULL OUTER JOIN
(
    SELECT toString(metric) AS metric, toUnixTimestamp(until) AS until_s, (toUInt64(devices), round(mean, 9), peak, newest) AS told
    FROM city_hours FINAL
    WHERE devices > 0 AND until > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND until <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
) AS made USING (metric, until_s)
WHERE told != said
LIMIT 5
