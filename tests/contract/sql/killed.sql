-- How many rows does each table have, and of how many different messages of the test?
-- params:
SELECT 'readings' AS name, count() AS rows, uniqExact(value) AS different FROM readings
UNION ALL SELECT 'case_steps', count(), uniqExact(case) FROM case_steps
UNION ALL SELECT 'city_events', count(), uniqExact(event) FROM city_events
UNION ALL SELECT 'rejects', count(), uniqExact(raw) FROM rejects
