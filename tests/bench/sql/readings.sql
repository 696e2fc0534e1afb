-- What each `nth` device says in (since, until], from device `turn` on; one in 200 is said twice, one in 500 is doubted.
-- params: since_ms Int64, until_ms Int64, nth UInt32, turn UInt32
INSERT INTO readings (at, device, metric, value, quality, lat, lon, cell, district, source, received, epoch, partition, offset, item)
SELECT
    fromUnixTimestamp64Milli(at_ms + 0, 'UTC'),
    device,
    metric,
    multiIf(
        metric = 'rain', if(wet > 0.8, round(2 * wet * chance, 1), 0),
        metric = 'water_level', round(2.5 + sin(at_ms / 4e7 + number) + 0.02 * chance, 2),
        metric = 'manhole_level', round(0.4 + 0.2 * wet + 0.02 * chance, 2),
        metric = 'sump_level', round(1.2 + 0.5 * sin(at_ms / 9e5 + number), 2),
        metric = 'pump_state', if(sin(at_ms / 9e5 + number) > 0, 1, 0),
        metric IN ('pm25', 'pm10'), round(35 + 20 * sin(at_ms / 2e7) + 4 * chance, 1),
        metric = 'noise', round(55 + 8 * sin(at_ms / 1.4e7) + 6 * chance, 1),
        metric = 'traffic_speed', round(38 - 12 * sin(at_ms / 1.4e7) + 5 * chance, 1),
        metric = 'traffic_flow', round(20 + 10 * sin(at_ms / 1.4e7) + 5 * chance),
        round(0.05 * chance * chance, 2)),
    if(dice % 500 = 0, 'suspect', if(dice % 500 = 1, 'unit', '')),
    lat,
    lon,
    cell,
    district,
    'simulator',
    fromUnixTimestamp64Milli(at_ms + 400 + dice % 2500 + again * 20000, 'UTC'),
    '5c1d0e86-4f3a-4a4c-9d69-0b3f6a2c7a11',
    number % 4,
    intDiv(at_ms - 1700000000000, 20) + dice % 64 + again * 1000,
    0
FROM
(
    SELECT
        *,
        sipHash64(device, at_ms) AS dice,
        (dice % 1000) / 1000 AS chance,
        abs(sin(intDiv(at_ms, 3600000) + lat * 40)) AS wet,
        arrayJoin(if(dice % 200 = 7, [0, 1], [0])) AS again
    FROM
    (
        SELECT
            * EXCEPT (every),
            toInt64(every) AS gap,
            sipHash64(device) % gap AS phase,
            arrayJoin(range(toUInt64(intDiv({since_ms:Int64} - phase, gap) + 1), toUInt64(intDiv({until_ms:Int64} - phase, gap) + 1))) * gap + phase AS at_ms
        FROM bench_devices
        WHERE number % {nth:UInt32} = {turn:UInt32}
    )
)
