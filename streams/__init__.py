"""From the wire to a row: Kafka in, ClickHouse out."""

import os

# Before clickhouse-driver is loaded: else each process of ours begins with a table of the 146,000 days of four
# centuries, both ways, which takes 0.2 s and 23 MB. The name is misspelt there.
os.environ.setdefault("CLICKHOUSE_DRIVER_LASY_DATE_LUT", "on")
