-- Rows, bytes on disk, rows that a GiB holds, and parts of each table.
-- params:
SELECT table, sum(part.rows) AS rows, sum(part.bytes_on_disk) AS bytes, round(rows / bytes * 1073741824) AS rows_per_gib, count() AS parts
FROM system.parts AS part
WHERE active AND database = currentDatabase()
GROUP BY table
HAVING rows > 0
ORDER BY bytes DESC
