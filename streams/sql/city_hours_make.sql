-- Make the hours of the city that ended at `ends` (epoch s) of a metric, from the buckets of all devices that begin at `starts`, the first at first_s: from the `slots`th of these on; so many readings of it were `noted` before.
-- params: metric String, ends Array(UInt32), slots Array(UInt32), noted Array(UInt64), hours Array(UInt32), starts Array(UInt32), first_s UInt32
INSERT INTO city_hours (metric, until, devices, mean, peak, newest, version)
WITH arraySum(arraySlice(rows, slot, 12)) AS seen
SELECT
    {metric:String},
    toDateTime(until_s, 'UTC'),
    devices[nth],
    if(devices[nth] = 0, 0, means[nth] / devices[nth]),
    if(devices[nth] = 0, 0, peaks[nth]),
    fromUnixTimestamp64Milli(toInt64(arrayMax(arraySlice(newest, slot, 12))), 'UTC'),
    -- what its buckets were made of, all in one look at them; then how much of that was noted before that look
    seen * 4294967296 + least(seen, known)
FROM
(
    SELECT
        maxForEach(made) AS rows,
        maxForEach(lasts) AS newest,
        sumForEach(arrayMap(number -> number > 0, numbers)) AS devices,
        sumForEach(arrayMap((fallen, number) -> if(number > 0, fallen / number, 0), sums, numbers)) AS means,
        maxForEach(arrayMap((fallen, number) -> if(number > 0, fallen, -inf), sums, numbers)) AS peaks
    FROM
    (
        -- of each device its buckets side by side, counted from first_s; an hour is twelve of them
        SELECT
            groupArrayInsertAt(bitShiftRight(version, 32), toUInt32(intDiv(toUnixTimestamp(start) - {first_s:UInt32}, 300)) AS place) AS made,
            groupArrayInsertAt(total, place) AS totals,
            groupArrayInsertAt(readings, place) AS said,
            groupArrayInsertAt(toUnixTimestamp64Milli(last_at), place) AS lasts,
            arrayMap(slot -> arraySum(arraySlice(totals, slot, 12)), {slots:Array(UInt32)}) AS sums,
            arrayMap(slot -> arraySum(arraySlice(said, slot, 12)), {slots:Array(UInt32)}) AS numbers
        FROM reading_spans FINAL
        WHERE span = 300
            AND metric = {metric:String}
            AND toStartOfHour(start) IN {hours:Array(UInt32)}
            AND start IN {starts:Array(UInt32)}
        GROUP BY device
    )
)
ARRAY JOIN {ends:Array(UInt32)} AS until_s, {slots:Array(UInt32)} AS slot, {noted:Array(UInt64)} AS known, arrayEnumerate({ends:Array(UInt32)}) AS nth
