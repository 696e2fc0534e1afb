-- Heartbeats of `watch` and `ingest` of 6 days, one each 3 s.
-- params: until_ms Int64
INSERT INTO heartbeats (at, process, instance, detail)
SELECT
    fromUnixTimestamp64Milli({until_ms:Int64} - toInt64(intDiv(number, 2)) * 3000, 'UTC'),
    ['watch', 'ingest'][1 + number % 2],
    'host:1',
    '{"topics":{"yiping.iot":{"lag":0,"position":123,"partitions":4,"rate":300.0}},"state":"running","rules":13}'
FROM numbers(345600)
