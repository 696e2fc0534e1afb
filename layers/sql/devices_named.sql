-- Devices whose id, name or kind has a text in it (in any case of letters), registered or heard in the last days, with the cell they are in (0: nowhere); those that begin with it first. Where nobody keeps the table of last words, the readings since since_ms serve.
-- params: text String, now_ms Int64, since_ms Int64, most UInt32
SELECT device, max(known) AS registered, anyIf(told.1, known) AS kind, anyIf(told.2, known) AS name_zh, anyIf(told.3, known) AS name_en, argMax(spot, (spot != 0, known, heard_ms)) AS cell
FROM
(
    SELECT device, 0 AS known, ('', '', '') AS told, cell AS spot, toUnixTimestamp64Milli(at) AS heard_ms
    FROM device_heard
    WHERE device != '' AND positionCaseInsensitiveUTF8(device, {text:String}) > 0
    UNION ALL
    SELECT device, 0, ('', '', ''), any(cell), toUnixTimestamp64Milli(max(at))
    FROM readings
    WHERE (SELECT count() FROM word_looks) = 0
        AND positionCaseInsensitiveUTF8(device, {text:String}) > 0
        AND toStartOfHour(at) >= toStartOfHour(fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC'))
        AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY device
    UNION ALL
    SELECT device, 1, (entry.2, entry.3, entry.4), entry.5, 0
    FROM
    (
        SELECT device, argMax((toString(state), toString(kind), name_zh, name_en, cell), tuple(at, received, offset, item)) AS entry
        FROM device_entries
        WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        GROUP BY device
    )
    WHERE entry.1 = 'active'
        AND (positionCaseInsensitiveUTF8(device, {text:String}) > 0 OR positionCaseInsensitiveUTF8(entry.3, {text:String}) > 0
            OR positionCaseInsensitiveUTF8(entry.4, {text:String}) > 0 OR startsWith(lower(entry.2), lower({text:String})))
)
GROUP BY device
ORDER BY lower(device) = lower({text:String}) DESC, startsWith(lower(device), lower({text:String})) DESC, length(device), device
LIMIT {most:UInt32}
