-- Note in $table how each $key stands as of now of which a row of $said arrived, or came to pass, after since; but not what is noted already. $states is the text that says what a state is, which wants parameters of its own beside.
-- params: since_ms Int64
INSERT INTO $table ($columns)
WITH touched AS
(
    SELECT $key
    FROM $said
    WHERE received > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC') OR at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
)
SELECT $columns
FROM ($states)
WHERE $key IN (touched) AND ($key, version) NOT IN (SELECT $key, version FROM $table WHERE $key IN (touched))
