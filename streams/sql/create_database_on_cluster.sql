-- Make sure that the database exists on every node of a cluster; the names are put in by streams/clickhouse.py.
-- params:
CREATE DATABASE IF NOT EXISTS $database ON CLUSTER $cluster
