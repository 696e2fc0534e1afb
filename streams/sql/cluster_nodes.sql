-- The nodes of a cluster as this server knows it: how many, in how many shards, and whether its Distributed tables may write to one replica of a shard only.
-- params: cluster String
SELECT count() AS nodes, uniqExact(shard_num) AS shards, min(internal_replication) AS internal_replication
FROM system.clusters
WHERE cluster = {cluster:String}
