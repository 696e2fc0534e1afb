-- Our tables: how each is stored, and until when its rows are kept, as the server tells it.
-- params:
SELECT name, engine, engine_full
FROM system.tables
WHERE database = currentDatabase()
ORDER BY name
