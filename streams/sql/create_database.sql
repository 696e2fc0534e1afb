-- Make sure that the database exists; its name is put in by streams/clickhouse.py.
-- params:
CREATE DATABASE IF NOT EXISTS $database
