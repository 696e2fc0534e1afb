-- All rows of a table.
-- params:
SELECT * FROM city_events ORDER BY offset, item
