-- How many corrections after late data are in force (no other took their place), by what they say.
-- params:
SELECT toString(verdict) AS its_verdict, toInt64(uniqExact(correction)) AS corrections
FROM alert_corrections
WHERE correction NOT IN (SELECT previous FROM alert_corrections)
GROUP BY verdict
