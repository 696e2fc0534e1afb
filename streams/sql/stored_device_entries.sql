-- Which items of which messages of one partition are stored already, from an offset on, taken or rejected?
-- params: epoch String, partition UInt16, first UInt64
SELECT offset, item
FROM
(
    SELECT offset, item
    FROM device_entries
    WHERE epoch = {epoch:String} AND partition = {partition:UInt16} AND offset >= {first:UInt64}
    UNION ALL
    SELECT offset, item
    FROM rejects
    WHERE stream = 'devices' AND epoch = {epoch:String} AND partition = {partition:UInt16} AND offset >= {first:UInt64}
)
ORDER BY offset, item
