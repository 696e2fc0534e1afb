-- What does each ingest that lived in the last 5 s say of itself?
-- params:
SELECT argMax(detail, at) AS detail
FROM heartbeats
WHERE process = 'ingest' AND at > now() - 5
GROUP BY instance
