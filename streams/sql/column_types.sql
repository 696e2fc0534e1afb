-- Which type has each column of a table?
-- params: table String
SELECT name, type
FROM system.columns
WHERE database = currentDatabase() AND table = {table:String}
