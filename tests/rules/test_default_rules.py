"""Our rules against readings over time, as the YAML files here tell them, on a real ClickHouse.

A case names a rule, the readings of devices (one value each `every`; null is silence) and the transitions it expects
as `minute state`, for one place. The rule is looked at every half minute.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from alerts import journal
from alerts.alert import instant
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.watch import Watch
from alerts.watches import duration
from config.load import read_yaml
from config.read import read_city
from tests.alerts.made import MINUTE
from tests.contract.city_part import Town, town
from tests.contract.clickhouse_part import clickhouse_url

__all__ = ["clickhouse_url", "town"]

pytestmark = pytest.mark.contract

START = round(time.time() / 3600 - 24) * 3_600_000
CELL = 617_700_169_958_293_503
CASES = [case for path in sorted(Path(__file__).parent.glob("*.yaml")) for case in read_yaml(path)["cases"]]


def speak(town: Town, device: str, metric: str, every: int, values: list[float | None]) -> None:
    points = {START + n * every: value for n, value in enumerate(values) if value is not None}
    town.read(metric, device, points, district="630102", cell=CELL)


def spread(values: list[Any]) -> list[float | None]:
    """`[7, 3 x 5]` is seven, then five threes."""
    found: list[float | None] = []
    for value in values:
        if isinstance(value, str):
            one, _, times = value.partition(" x ")
            found += [None if one == "null" else float(one)] * int(times)
        else:
            found.append(value)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}: {case['title']}")
def test_case(town: Town, case: dict[str, Any]) -> None:
    longest = 0
    for device in case["readings"]:
        values, every = spread(device["values"]), duration(device.get("every", "1m"))
        speak(town, device["device"], device["metric"], every, values)
        longest = max(longest, len(values) * every)
    book = RuleBook(rules=(read_rulebook().rule(case["rule"]),))
    watch = Watch(town.database, read_city("xining"), book, "t:1", START)
    for now in range(START, START + longest, 30_000):
        watch.turn(now)
    told = journal.history(town.database, case["place"], instant(START - 1))
    assert [f"{(one.at - START) / MINUTE:g} {one.after}" for one in told] == case["expect"]
    assert watch.failed == {}


def test_every_rule_of_readings_has_a_case_that_fires_and_one_that_does_not() -> None:
    for rule in read_rulebook().rules:
        if rule.readings:
            mine = [case["expect"] for case in CASES if case["rule"] == rule.key]
            assert any(mine), rule.key
            assert [] in mine, rule.key
            assert any(expected[-1].endswith("clear") for expected in mine if expected), rule.key
