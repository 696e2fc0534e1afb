-- How many rows of each stream are stored, ever: one row a stream.
-- params:
SELECT 'iot' AS stream, count() AS accepted FROM readings
UNION ALL
SELECT 'cases' AS stream, count() AS accepted FROM case_steps
UNION ALL
SELECT 'events' AS stream, count() AS accepted FROM city_events
UNION ALL
SELECT 'devices' AS stream, count() AS accepted FROM device_entries
