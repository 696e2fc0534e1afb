"""Silence on a real ClickHouse: from readings, from rollups, and as in memory."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.hushes import PACES, Hush, hushes
from alerts.watches import Silence
from layers.asking import question
from streams.rollup import Rollup
from tests.alerts.made import MINUTE, rule
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

HOUR = 60 * MINUTE
NOW = 1_795_300_000_000 // HOUR * HOUR + 40 * MINUTE
WATCH = rule(watch={"silent": "35m", "known": "12h"}, place={"kind": "metric"}).watch


def fill(town: Town) -> None:
    """A quick one, an hourly one that spoke 70 minutes ago, one that died, one that is registered with two hours."""
    spoken: dict[str, Any] = {
        "quick": range(0, 600, 5),
        "hourly": range(70, 600, 60),
        "dead": range(200, 600, 5),
        "registered": [150, 155],
    }
    for device, ages in spoken.items():
        town.read("rain", device, {NOW - age * MINUTE: 0.0 for age in ages})
    town.database.insert(
        "device_entries",
        {"at": [NOW], "received": [NOW], "device": ["registered"], "interval": [7200.0], "state": ["active"]},
    )


def test_each_by_its_own_interval(town: Town) -> None:
    assert isinstance(WATCH, Silence)
    fill(town)
    assert hushes(town.database, WATCH, NOW) == [Hush("rain", 4, 1, ("dead",))]
    asked = {"metrics": ["rain"], "devices": ["quick", "hourly", "dead"], "now_ms": NOW, "since_ms": NOW - 12 * HOUR}
    plain = town.database.ask(PACES, **asked, settled_ms=0).rows()
    assert {row["its_device"]: row["pace_ms"] for row in plain} == {
        "quick": 5 * MINUTE,
        "hourly": HOUR,
        "dead": 5 * MINUTE,
    }


def test_the_same_from_what_is_kept_beside_the_readings(town: Town) -> None:
    assert isinstance(WATCH, Silence)
    fill(town)
    rollup = Rollup(town.database)
    rollup.turn(NOW)
    rollup.turn(NOW + MINUTE)
    assert town.database.ask(question("looks"), now_ms=NOW + MINUTE).rows()[0]["closed_ms"] > NOW - HOUR
    assert hushes(town.database, WATCH, NOW + MINUTE) == [Hush("rain", 4, 1, ("dead",))]
