-- All rows of a table.
-- params:
SELECT * FROM rejects ORDER BY offset, item
