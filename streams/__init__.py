"""From the wire to a row: Kafka in, ClickHouse out."""
