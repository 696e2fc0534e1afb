-- Note how each case stands as of now of which a step arrived, or was said to happen, after since; but not what is noted already. $states is case_states.sql, which wants from_ms and now_ms beside.
-- params: since_ms Int64
INSERT INTO case_states (case, opened, last_at, reported, stage, due, closed, ended, lat, lon, cell, district, version)
WITH touched AS
(
    SELECT case
    FROM case_steps
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') OR at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
)
SELECT case, opened, last_at, reported, stage, due, closed, ended, lat, lon, cell, district, version
FROM ($states)
WHERE case IN (touched) AND (case, version) NOT IN (SELECT case, version FROM case_states WHERE case IN (touched))
