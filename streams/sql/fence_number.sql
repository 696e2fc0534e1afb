-- Which number is greater than that of any opening?
-- params:
SELECT max(number) + 1 AS number
FROM fences
