-- Every transition of each alert that was open at some moment between from_ms and until_ms (looks 30 days back).
-- params: from_ms Int64, until_ms Int64
SELECT
    alert,
    rule,
    place,
    toUnixTimestamp64Milli(at) AS at_ms,
    to_state,
    value,
    threshold,
    district,
    JSONExtractString(detail, 'device') AS device,
    JSONExtractString(detail, 'left') AS its_left,
    JSONExtractString(detail, 'title') AS its_title
FROM alert_transitions
WHERE at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') - INTERVAL 30 DAY
  AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
  AND alert IN
  (
      SELECT alert
      FROM alert_transitions
      WHERE at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') - INTERVAL 30 DAY
        AND at < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
        AND alert != ''
      GROUP BY alert
      HAVING max(at) >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
          OR argMax(to_state, at) NOT IN ('clear', 'pending')
  )
ORDER BY alert, alert_transitions.at
