from dataclasses import replace

import pytest

from config.settings import Settings
from dashboard.parts import PARTS, deaths_after, ports, startable, stop_order, wait_before_restart, wanted

EMBEDDED = Settings()
CLUSTER = replace(EMBEDDED, kafka_brokers=("k:9092",), clickhouse_url="clickhouse://c/yiping")


def names(parts: object) -> list[str]:
    return [part.name for part in parts]  # type: ignore[attr-defined]


def test_one_machine_runs_everything() -> None:
    assert names(wanted(EMBEDDED, None)) == names(PARTS)


def test_a_cluster_runs_neither_servers_nor_an_invented_city() -> None:
    assert names(wanted(CLUSTER, None)) == ["web", "ingest", "watch"]


def test_the_invented_city_can_be_asked_for_and_refused() -> None:
    assert "simulate" in names(wanted(CLUSTER, True))
    assert "simulate" not in names(wanted(EMBEDDED, False))


def test_nothing_waits_for_a_part_that_does_not_run() -> None:
    assert startable(wanted(CLUSTER, True), [], []) == list(wanted(CLUSTER, True))


def test_a_part_starts_when_what_it_needs_is_ready() -> None:
    parts = wanted(EMBEDDED, None)
    assert names(startable(parts, [], [])) == ["kafka", "clickhouse", "web"]
    begun = ["kafka", "clickhouse", "web"]
    assert names(startable(parts, begun, ["kafka"])) == ["simulate"]
    assert names(startable(parts, begun, ["kafka", "clickhouse"])) == ["ingest", "simulate", "watch"]


@pytest.mark.parametrize(("deaths", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (60, 30)])
def test_restarts_back_off(deaths: int, seconds: float) -> None:
    assert wait_before_restart(deaths) == seconds


def test_a_steady_minute_forgets_earlier_deaths() -> None:
    assert deaths_after(5, lived=61) == 1
    assert deaths_after(5, lived=59) == 6


def test_servers_stop_last() -> None:
    writers, servers = stop_order(PARTS)
    assert set(servers) == {"kafka", "clickhouse"}
    assert set(writers) == {"web", "ingest", "watch", "simulate"}


def test_only_our_own_servers_take_ports() -> None:
    assert dict(ports(CLUSTER)) == {"web": 8050}
    assert set(ports(EMBEDDED)) == {"web", "kafka", "clickhouse"}
