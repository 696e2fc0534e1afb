-- Cases open as of now in a place (layers/scope.py) among those that began after since: the most overdue first, then the next due (a suspended case has its clock stopped); `cases` of them there are, `heres` of those in the cells from low to high, `overdues` of those overdue. Their words are told by cases_told.sql, of those alone that are listed.
-- params: low UInt64, high UInt64, now_ms Int64, since_ms Int64, most UInt32
SELECT
    case,
    toUnixTimestamp64Milli(due) AS due_ms,
    toUnixTimestamp64Milli(opened) AS reported_ms,
    toUnixTimestamp64Milli(last_at) AS last_ms,
    lat, lon, cell,
    stage != 'suspended' AND due_ms > 0 AND due_ms < {now_ms:Int64} AS overdue,
    count() OVER () AS cases,
    countIf(cell >= {low:UInt64} AND cell <= {high:UInt64}) OVER () AS heres,
    sum(overdue) OVER () AS overdues
FROM case_states FINAL
WHERE opened > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND reported
    AND stage NOT IN ('closed', 'evaluated', 'voided')
    AND $place
ORDER BY overdue DESC, due_ms = 0, due_ms, case
LIMIT {most:UInt32}
SETTINGS max_threads = 1
