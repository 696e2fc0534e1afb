-- Cases whose id begins with a text, or of the last 60 days whose title holds it, newest first, as of now: their last stage, title, and where they are (cell 0: nowhere).
-- params: text String, now_ms Int64, most UInt32
WITH titled AS
(
    SELECT case
    FROM case_steps
    WHERE positionCaseInsensitiveUTF8(title, {text:String}) > 0
        AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
        AND at > fromUnixTimestamp64Milli({now_ms:Int64} - 5184000000, 'UTC')
    GROUP BY case
    ORDER BY max(at) DESC, case
    LIMIT {most:UInt32}
)
SELECT
    case,
    argMax(toString(stage), (at, offset)) AS last_stage,
    argMaxIf(title, at, title != '') AS its_title,
    argMaxIf(toString(category), at, category != '') AS its_category,
    argMaxIf((case_steps.lat, case_steps.lon, case_steps.cell), at, case_steps.cell != 0) AS spot,
    spot.1 AS lat, spot.2 AS lon, spot.3 AS cell
FROM case_steps
WHERE (startsWith(case, {text:String}) OR case IN (titled)) AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY case
ORDER BY startsWith(case, {text:String}) DESC, max(at) DESC, case
LIMIT {most:UInt32}
