-- A condition on a look at the rollups: that it was taken until a moment (epoch ms), and speaks of spans that ended until another (epoch s).
-- params:
looked <= fromUnixTimestamp64Milli($at_ms) AND toUnixTimestamp(closed) <= $whole_s
