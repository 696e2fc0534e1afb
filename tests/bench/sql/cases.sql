-- Work orders of 90 days, `cases` of them, each with up to six steps; one in twenty is open still.
-- params: until_ms Int64, cases UInt32
INSERT INTO case_steps (case, at, stage, category, title, text, lat, lon, cell, district, channel, department, due, contact, source, received, epoch, partition, offset, item)
SELECT
    concat('c', toString(number)),
    fromUnixTimestamp64Milli(reported_ms + (step - 1) * pace, 'UTC'),
    ['reported', 'filed', 'dispatched', 'processing', 'handled', 'closed'][step],
    ['市容环境', '街面秩序', '施工管理', '突发事件', '宣传广告'][1 + dice % 5],
    '占道经营',
    '群众反映该处长期占道经营，影响通行',
    lat,
    lon,
    cell,
    district,
    '12345',
    '城管局',
    if(step <= 2, fromUnixTimestamp64Milli(reported_ms + 259200000, 'UTC'), NULL),
    '',
    'simulator',
    fromUnixTimestamp64Milli(reported_ms + (step - 1) * pace + 800, 'UTC'),
    'b71b6a1c-7a0e-4d3c-8b8e-2f5f7f6a9d02',
    dice % 4,
    number * 6 + step,
    0
FROM
(
    SELECT
        number,
        sipHash64(number) AS dice,
        {until_ms:Int64} - intDiv(toInt64(number) * 7776000000, {cases:UInt32}) AS reported_ms,
        toInt64(600000 + dice % 36000000) AS pace,
        arrayJoin(range(1, if(dice % 20 = 0, 5, 7))) AS step,
        place.lat AS lat,
        place.lon AS lon,
        place.cell AS cell,
        place.district AS district
    FROM numbers({cases:UInt32}) AS n
    INNER JOIN
    (
        SELECT row_number() OVER (ORDER BY number) - 1 AS spot, lat, lon, cell, district
        FROM bench_devices
        WHERE metric = 'smoke'
    ) AS place ON place.spot = n.number % (SELECT count() FROM bench_devices WHERE metric = 'smoke')
)
WHERE reported_ms + (step - 1) * pace <= {until_ms:Int64}
