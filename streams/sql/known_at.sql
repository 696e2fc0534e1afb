-- A condition on a row: that we had learned of it until a moment (epoch ms).
-- params:
$column <= fromUnixTimestamp64Milli($at_ms)
