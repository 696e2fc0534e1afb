-- The memory of a rule at these places at now_ms, as its last transition until then left it; '' is clear.
-- params: rule String, places Array(String), now_ms Int64
SELECT place, argMax(memory, at) AS memory
FROM alert_transitions
WHERE rule = {rule:String} AND place IN {places:Array(String)} AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY place
