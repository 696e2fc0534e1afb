-- The newest rejects of one stream ('' for all), with at most 4,096 bytes of each; base64, since they may be any bytes.
-- params: stream String, reason String, limit UInt32
SELECT
    toUnixTimestamp64Milli(received) AS received_ms,
    stream,
    reason,
    detail,
    source,
    epoch,
    partition,
    offset,
    item,
    length(raw) AS size,
    base64Encode(substring(raw, 1, 4096)) AS raw_base64
FROM rejects
WHERE ({stream:String} = '' OR stream = {stream:String})
    AND ({reason:String} = '' OR reason = {reason:String})
ORDER BY received DESC, offset DESC, item DESC
LIMIT {limit:UInt32}
