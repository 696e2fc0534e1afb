-- Some metrics in a place (layers/scope.py) in each hour from since_s until kept_s, of the rollups: the mean over its devices of what each collected (collected), and of each one's mean (mean).
-- params: metrics Array(String), since_s UInt32, kept_s UInt32
SELECT toString(metric) AS its_metric, toInt64(toUnixTimestamp(start)) AS start_s, avg(total) AS collected, avg(total / reading_spans.readings) AS mean
FROM reading_spans FINAL
WHERE span = 3600
    AND metric IN {metrics:Array(String)}
    AND toStartOfHour(start) >= {since_s:UInt32}
    AND toStartOfHour(start) < {kept_s:UInt32}
    AND $place
    AND reading_spans.readings > 0
GROUP BY metric, start
ORDER BY its_metric, start_s
