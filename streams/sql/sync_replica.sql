-- Wait until every live replica of a table has all rows that any of them was given; the names are put in by streams/clickhouse.py.
-- params:
SYSTEM SYNC REPLICA ON CLUSTER $cluster $table LIGHTWEIGHT
