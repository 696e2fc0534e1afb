-- What people did about alerts before until_ms (looks 30 days back): who acknowledged what, and when.
-- params: from_ms Int64, until_ms Int64
SELECT
    alert,
    toUnixTimestamp64Milli(at) AS at_ms,
    kind,
    actor
FROM alert_actions
WHERE at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') - INTERVAL 30 DAY
  AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
  AND kind IN ('acknowledge', 'unacknowledge')
ORDER BY alert, alert_actions.at
