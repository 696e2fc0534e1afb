"""Fixtures of the contract tests: the embedded servers, or real ones named by the environment."""

from __future__ import annotations

from tests.contract.blank_part import blanks
from tests.contract.clickhouse_part import clickhouse_url, client, embedded
from tests.contract.kafka_part import broker, drained, kafka_server, kafka_settings, one_apache
from tests.contract.snapshot_part import city, database

__all__ = [
    "blanks",
    "broker",
    "city",
    "clickhouse_url",
    "client",
    "database",
    "drained",
    "embedded",
    "kafka_server",
    "kafka_settings",
    "one_apache",
]
