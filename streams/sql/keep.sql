-- Keep the rows of a table for some days after a column's time; the words are put in by streams/keeping.py.
-- params:
ALTER TABLE $table MODIFY TTL toDateTime($column) + INTERVAL $days DAY
