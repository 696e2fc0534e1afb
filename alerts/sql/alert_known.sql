-- How many transitions an alert has, and corrections that speak of it (one that was missed has these only): 0 for an id that was never given.
-- params: alert String
SELECT
    toInt64((SELECT count() FROM alert_transitions WHERE alert = {alert:String}))
    + toInt64((SELECT count() FROM alert_corrections WHERE has(alerts, {alert:String}))) AS transitions
