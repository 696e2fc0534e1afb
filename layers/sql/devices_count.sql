-- How many devices are registered, and how many of them are expected to speak every so often (at most every most_s)?
-- params: most_s Float64
SELECT countIf(said.1 = 'active') AS registered, countIf(said.1 = 'active' AND said.2 > 0 AND said.2 <= {most_s:Float64}) AS watched
FROM
(
    SELECT argMax((toString(state), device_entries.interval), tuple(at, received, offset, item)) AS said
    FROM device_entries
    GROUP BY device
)
