-- What people did about one alert, oldest first.
-- params: alert String
SELECT alert, toUnixTimestamp64Milli(at) AS at_ms, toString(kind) AS kind, actor, text
FROM alert_actions
WHERE alert = {alert:String}
ORDER BY at, action
