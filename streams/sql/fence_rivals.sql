-- Which tokens stand on these lanes at or above a number? One's own alone: then it holds.
-- params: number UInt64, lanes Array(UInt64)
SELECT groupUniqArray(token) AS tokens
FROM fences
WHERE number >= {number:UInt64} AND has({lanes:Array(UInt64)}, lane)
