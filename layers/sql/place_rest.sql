-- What place_hours.sql says, of each step from kept_s on, which the rollups do not have whole.
-- params:
SELECT its_metric, start_s, avg(total) AS collected, avg(total / number) AS mean
FROM
(
    SELECT toString(metric) AS its_metric, device, start_s, sum(part) AS total, sum(said) AS number
    FROM ($parts)
    GROUP BY device, metric, start_s
)
GROUP BY its_metric, start_s
ORDER BY its_metric, start_s
