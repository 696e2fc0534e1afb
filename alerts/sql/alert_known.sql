-- How many transitions an alert has: 0 for an id that was never given.
-- params: alert String
SELECT toInt64(count()) AS transitions FROM alert_transitions WHERE alert = {alert:String}
