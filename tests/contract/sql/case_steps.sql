-- All rows of a table.
-- params:
SELECT * FROM case_steps ORDER BY offset, item
