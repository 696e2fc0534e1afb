-- Rejects of 60 days.
-- params: until_ms Int64, rejects UInt32
INSERT INTO rejects (received, stream, reason, detail, raw, source, epoch, partition, offset, item)
SELECT
    fromUnixTimestamp64Milli({until_ms:Int64} - intDiv(toInt64(number) * 5184000000, {rejects:UInt32}), 'UTC'),
    ['iot', 'cases', 'events'][1 + number % 3],
    ['not_json', 'bad_value', 'time_in_future'][1 + number % 3],
    'value must be a number',
    concat('{"device":"rain-', toString(number), '","value":"--"}'),
    '',
    '5c1d0e86-4f3a-4a4c-9d69-0b3f6a2c7a11',
    number % 4,
    intDiv({until_ms:Int64} - intDiv(toInt64(number) * 5184000000, {rejects:UInt32}) - 1700000000000, 20),
    1
FROM numbers({rejects:UInt32})
