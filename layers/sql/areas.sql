-- Areas as they were drawn until now_ms, those that were ended by then with who did (ended_ms 0 and '' for the others).
-- params: now_ms Int64
SELECT
    area,
    argMinIf(name, at, kind = 'drawn') AS its_name,
    argMinIf(ring, at, kind = 'drawn') AS its_ring,
    argMinIf(owner, at, kind = 'drawn') AS its_owner,
    argMinIf(reason, at, kind = 'drawn') AS its_reason,
    toUnixTimestamp64Milli(minIf(at, kind = 'drawn')) AS drawn_ms,
    toUnixTimestamp64Milli(minIf(at, kind = 'ended')) AS ended_ms,
    argMinIf(owner, at, kind = 'ended') AS ended_by
FROM areas
WHERE at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY area
HAVING countIf(kind = 'drawn') > 0
ORDER BY drawn_ms, area
