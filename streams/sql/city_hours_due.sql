-- Ends (epoch s) after from_s and until until_s of hours, one each five minutes, that the city has no row of, or of whose buckets more readings are noted than it was made of; how many are noted.
-- params: metrics Array(String), from_s UInt32, until_s UInt32
SELECT toString(metric) AS metric, until_s, sum(rows) AS noted
FROM
(
    -- a bucket is in the twelve hours that end after it begins
    SELECT metric, toUnixTimestamp(start) + arrayJoin(range(300, 3900, 300)) AS until_s, rows, 0 AS version, 0 AS kept
    FROM rollups FINAL
    WHERE span = 300 AND metric IN {metrics:Array(String)} AND start > {from_s:UInt32} - 3600 AND start < {until_s:UInt32}
    UNION ALL
    SELECT metric, toUnixTimestamp(until), 0, version, 1
    FROM city_hours
    WHERE metric IN {metrics:Array(String)} AND until > {from_s:UInt32} AND until <= {until_s:UInt32}
    UNION ALL
    SELECT arrayJoin({metrics:Array(String)}), arrayJoin(range(intDiv({from_s:UInt32}, 300) * 300 + 300, {until_s:UInt32} + 1, 300)), 0, 0, 0
)
WHERE until_s > {from_s:UInt32} AND until_s <= {until_s:UInt32}
GROUP BY metric, until_s
HAVING noted > max(version) % 4294967296 OR max(kept) = 0
ORDER BY metric, until_s
SETTINGS max_threads = 1
