-- Which changes of the schema were made, with which text, and when?
-- params:
SELECT version, argMax(name, applied) AS name, argMax(checksum, applied) AS checksum, toUnixTimestamp64Milli(min(applied)) AS at_ms
FROM schema_migrations
GROUP BY version
ORDER BY version
