-- Events of 90 days.
-- params: until_ms Int64, events UInt32
INSERT INTO city_events (event, at, kind, class, grade, title, text, status, source, received, epoch, partition, offset, item)
SELECT
    concat('e', toString(intDiv(number, 3))),
    fromUnixTimestamp64Milli({until_ms:Int64} - intDiv(toInt64(number) * 7776000000, {events:UInt32}), 'UTC') AS moment,
    'weather',
    'natural',
    'III',
    '暴雨黄色预警',
    '预计未来6小时降雨量将达50毫米以上',
    'open',
    'simulator',
    moment,
    '9d3e1f70-3f83-47f5-a6de-5f6f7b9c4c03',
    0,
    {events:UInt32} - number,
    0
FROM numbers({events:UInt32})
