-- Which fenced inserts run now, by the id of their query?
-- params:
SELECT query_id
FROM system.processes
WHERE current_database = currentDatabase() AND query_kind = 'Insert' AND position(query, 'fences') > 0
