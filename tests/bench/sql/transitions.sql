-- Warnings of 90 days: each opens and, but for the newest, clears an hour later.
-- params: until_ms Int64, warnings UInt32
INSERT INTO alert_transitions (at, rule, version, place, alert, from_state, to_state, value, threshold, reason, observed, lat, lon, cell, district, detail, memory)
SELECT
    fromUnixTimestamp64Milli({until_ms:Int64} - intDiv(toInt64(number) * 7776000000, {warnings:UInt32}) + step * 3600000, 'UTC') AS moment,
    ['rain_hour', 'smoke', 'pump_fault', 'traffic_jam'][1 + number % 4],
    '1',
    concat('place-', toString(number % 500)),
    lower(hex(sipHash64(number))),
    ['clear', 'blue'][1 + step],
    ['blue', 'clear'][1 + step],
    20.5,
    15,
    'reached',
    moment,
    36.62,
    101.77,
    617700169958293503,
    '630102',
    '{"device":"rain-001"}',
    if(step = 0, '{"name":"blue","opened":1780000000000,"changed":1780000000000,"timers":{"blue":{"active":1780000000000,"firing":true}},"spot":{}}', '')
FROM
(
    SELECT number, arrayJoin([0, 1]) AS step
    FROM numbers({warnings:UInt32})
)
WHERE {until_ms:Int64} - intDiv(toInt64(number) * 7776000000, {warnings:UInt32}) + step * 3600000 <= {until_ms:Int64}
