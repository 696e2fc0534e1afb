-- What place_hours.sql says, of some devices alone, in each step of step_s from since_s until kept_s, of the rollups of `span`.
-- params: devices Array(String), metrics Array(String), span UInt16, step_s UInt32, since_s UInt32, kept_s UInt32
SELECT its_metric, start_s, avg(total) AS collected, avg(total / number) AS mean
FROM
(
    SELECT toString(metric) AS its_metric, device, step AS start_s, sum(said) AS total, sum(heard) AS number
    FROM
    (
        -- no FINAL: it would not read the projection, which has few devices in few granules
        SELECT
            device,
            metric,
            toInt64(intDiv(toUnixTimestamp(start), {step_s:UInt32}) * {step_s:UInt32}) AS step,
            argMax(reading_spans.total, version) AS said,
            argMax(readings, version) AS heard,
            argMax(reading_spans.cell, version) AS cell
        FROM reading_spans
        WHERE device IN {devices:Array(String)}
            AND span = {span:UInt16}
            AND metric IN {metrics:Array(String)}
            AND start >= {since_s:UInt32}
            AND start < {kept_s:UInt32}
        GROUP BY device, metric, start
    )
    WHERE heard > 0 AND $place
    GROUP BY device, metric, step
)
GROUP BY its_metric, start_s
ORDER BY its_metric, start_s
