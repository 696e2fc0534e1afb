-- The newest memory of the engine for each (rule, place) that is not clear.
-- params:
SELECT toString(rule) AS rule, place, argMax(memory, at) AS memory
FROM
(
    SELECT at, toString(rule) AS rule, place, memory FROM alert_transitions
    UNION ALL
    SELECT at, rule, place, memory FROM alert_memory
)
GROUP BY rule, place
HAVING memory != ''
ORDER BY rule, place
