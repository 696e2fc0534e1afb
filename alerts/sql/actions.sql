-- What people did about these alerts until now_ms, oldest first; one that was stored twice, once.
-- params: alerts Array(String), now_ms Int64
SELECT alert, toUnixTimestamp64Milli(at) AS at_ms, toString(kind) AS kind, actor, text
FROM alert_actions
WHERE alert IN {alerts:Array(String)} AND at <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
ORDER BY at, action
LIMIT 1 BY action
