-- Since when (epoch ms) anything is kept of each: messages by their arrival, decisions and signs of life by their time; 0 when there is nothing.
-- params:
SELECT 'readings' AS what, if(count() = 0, 0, toUnixTimestamp64Milli(min(received))) AS first_ms
FROM readings
UNION ALL
SELECT 'cases', if(count() = 0, 0, toUnixTimestamp64Milli(min(received)))
FROM case_steps
UNION ALL
SELECT 'events', if(count() = 0, 0, toUnixTimestamp64Milli(min(received)))
FROM city_events
UNION ALL
SELECT 'alerts', if(count() = 0, 0, toUnixTimestamp64Milli(min(at)))
FROM alert_transitions
UNION ALL
SELECT 'beats', if(count() = 0, 0, toUnixTimestamp64Milli(min(at)))
FROM heartbeats
