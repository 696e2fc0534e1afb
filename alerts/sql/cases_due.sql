-- Cases that are open at now_ms and whose time ends after from_ms, at until_ms at the latest, of those with a step after since_ms, by cell and district.
-- params: now_ms Int64, since_ms Int64, from_ms Int64, until_ms Int64
SELECT
    place.1 AS place_cell,
    place.2 AS place_district,
    toInt64(count()) AS cases,
    avgIf(place.3, place.1 > 0) AS middle_lat,
    avgIf(place.4, place.1 > 0) AS middle_lon
FROM
(
    SELECT
        argMax(toString(stage), bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576)) AS last_stage,
        argMaxIf(due, bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576), isNotNull(due)) AS last_due,
        argMaxIf((cell, toString(district), lat, lon), bitOr(bitShiftLeft(toUnixTimestamp64Milli(at), 20), offset % 1048576), cell > 0 OR district != '') AS place
    FROM case_steps
    WHERE at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
    GROUP BY case
    HAVING last_due > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
        AND last_due <= fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND last_stage NOT IN ('closed', 'evaluated', 'voided', 'suspended')
)
GROUP BY place_cell, place_district
