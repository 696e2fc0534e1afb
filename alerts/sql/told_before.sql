-- The memory of a rule at these places ([] for all) at now_ms, as its last transition until then left it; '' is clear.
-- params: rule String, places Array(String), now_ms Int64
SELECT place, argMax(memory, at) AS memory
FROM alert_transitions
WHERE rule = {rule:String} AND (empty({places:Array(String)}) OR place IN {places:Array(String)}) AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY place
