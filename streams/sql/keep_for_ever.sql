-- Keep the rows of a table for ever; the word is put in by streams/keeping.py.
-- params:
ALTER TABLE $table REMOVE TTL
