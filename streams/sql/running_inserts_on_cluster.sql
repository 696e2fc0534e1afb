-- Which fenced inserts run now on any node that answers, by the id of their query? A node that is gone runs none.
-- params: cluster String
SELECT query_id
FROM clusterAllReplicas({cluster:String}, system.processes)
WHERE current_database = currentDatabase() AND query_kind = 'Insert' AND position(query, 'fences') > 0
SETTINGS skip_unavailable_shards = 1
