-- Devices whose newest words since then told no place, and that the registry places nowhere either: how many that it does not have, how many that it has without coordinates, and those heard last.
-- params: since_ms Int64, most UInt32
WITH
    registered AS
    (
        SELECT device, argMax((toString(state), isNaN(lat)), tuple(at, received, offset, item)) AS said
        FROM device_entries
        GROUP BY device
        HAVING said.1 = 'active'
    )
SELECT known, count() AS devices, groupArray({most:UInt32})(device) AS some
FROM
(
    SELECT device, device IN (SELECT device FROM registered) AS known, max(last_at) AS newest
    FROM
    (
        SELECT device, max(at) AS last_at, argMax(cell, tuple(at, cell)) AS last_cell
        FROM device_heard
        WHERE device != '' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        GROUP BY device, metric
        HAVING last_cell = 0
    )
    WHERE device NOT IN (SELECT device FROM registered WHERE NOT said.2)
    GROUP BY device
    ORDER BY newest DESC, device
)
GROUP BY known
ORDER BY known
