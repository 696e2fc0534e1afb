-- The last notice of each receiver, step of the ladder, district and scenario since since_ms.
-- params: since_ms Int64
SELECT
    toString(receiver) AS its_receiver,
    step,
    toString(district) AS its_district,
    toString(scenario) AS its_scenario,
    argMax(notice, at) AS last,
    toUnixTimestamp64Milli(max(at)) AS at_ms,
    argMax(alerts, at) AS known
FROM notices
WHERE state = 'intended' AND at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
GROUP BY receiver, step, district, scenario
