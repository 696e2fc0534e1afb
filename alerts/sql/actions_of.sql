-- What people did about one alert, oldest first; one that was stored twice, once.
-- params: alert String
SELECT alert, toUnixTimestamp64Milli(at) AS at_ms, toString(kind) AS kind, actor, text
FROM alert_actions
WHERE alert = {alert:String}
ORDER BY at, action
LIMIT 1 BY action
