-- How many entries does the registry of devices have? They are only ever appended: an equal number is no news.
-- params:
SELECT count() AS entries
FROM device_entries
