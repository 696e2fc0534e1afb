-- How many readings are stored?
-- params:
SELECT count() AS readings FROM readings
