-- All rows of a table.
-- params:
SELECT * FROM readings ORDER BY offset, item
