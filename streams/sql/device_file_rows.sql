-- What the profile's file said last of each device, where nobody has said anything newer since (latest) or where somebody has.
-- params: file String
SELECT
    device,
    argMaxIf(tuple(state, kind, metrics, units, lat, lon, datum, interval, thresholds, gateway, owner, name_zh, name_en), tuple(at, received, offset, item), source = {file:String}) AS said,
    argMax(source, tuple(at, received, offset, item)) = {file:String} AS latest
FROM device_entries
GROUP BY device
HAVING countIf(source = {file:String}) > 0
ORDER BY device
