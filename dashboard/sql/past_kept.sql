-- Since when (epoch ms) anything is kept of each: messages by their arrival, decisions and signs of life by their time; 0 when there is nothing. A reading is taken at most an hour before its time: what is of two hours after the first arrival among the oldest came later, and is not looked at.
-- params:
SELECT 'readings' AS what, if(count() = 0, 0, toUnixTimestamp64Milli(min(received))) AS first_ms
FROM readings
WHERE toStartOfHour(at) <= toStartOfHour(
    (SELECT min(received) + INTERVAL 2 HOUR FROM readings WHERE toStartOfHour(at) <= (SELECT toStartOfHour(min(at)) FROM readings)))
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
