-- How many rejects are there by reason, and how many bytes of the longest are kept?
-- params:
SELECT reason, count() AS rows, max(length(raw)) AS longest
FROM rejects
GROUP BY reason
ORDER BY reason
