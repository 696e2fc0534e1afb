-- How many bytes are free on the fullest disk of the server?
-- params:
SELECT min(unreserved_space) AS free
FROM system.disks
WHERE type = 'Local' AND NOT is_read_only
