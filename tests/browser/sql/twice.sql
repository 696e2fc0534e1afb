-- Which items of which messages are stored more than once?
-- params:
SELECT epoch, partition, offset, item, count() AS times
FROM
(
    SELECT 'iot' AS stream, epoch, partition, offset, item FROM readings
    UNION ALL SELECT 'cases', epoch, partition, offset, item FROM case_steps
    UNION ALL SELECT 'events', epoch, partition, offset, item FROM city_events
    UNION ALL SELECT stream, epoch, partition, offset, item FROM rejects
)
GROUP BY stream, epoch, partition, offset, item
HAVING times > 1
LIMIT 5
