-- How many rows are there, and of how many different messages of a test?
-- params:
SELECT
    (SELECT count() FROM readings) AS readings,
    (SELECT uniqExact(value) FROM readings) AS different_readings,
    (SELECT count() FROM rejects) AS rejects,
    (SELECT uniqExact(raw) FROM rejects) AS different_rejects,
    readings + rejects AS rows
