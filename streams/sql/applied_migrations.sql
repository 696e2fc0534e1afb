-- Which changes of the schema were made, with which text?
-- params:
SELECT version, argMax(name, applied) AS name, argMax(checksum, applied) AS checksum
FROM schema_migrations
GROUP BY version
ORDER BY version
