"""What an alert rests on, for each kind of rule."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.origins import Mark, ground, ground_of_step, marks
from alerts.rules import RuleBook
from tests.alerts.made import course, rule, saw
from tests.alerts.made_alerts import alert

LEVEL = rule(key="level")
MANY = {"kind": "cell", "resolution": 8}


def resting(watch: dict[str, Any], where: dict[str, Any] | None, given: dict[str, Any]) -> set[Mark]:
    """Marks of an alert of a rule that watches this."""
    one = rule(key="one", watch=watch, place=where or {"kind": "device"}, levels={"blue": 1})
    return marks(ground(alert("one", **given)), RuleBook(rules=(LEVEL, one)))


MEASURE = {"metric": "rain", "measure": "last", "window": "10m"}
FORECAST, SILENT = {"forecast": "water", "window": "1h", "horizon": "6h"}, {"silent": "15m", "known": "2h"}


@pytest.mark.parametrize(
    ("watch", "place", "given", "expected"),
    [
        (MEASURE, None, {"detail": {"device": "a"}}, {("iot", "rain", "a")}),
        (MEASURE, {"kind": "city", "across": "avg"}, {}, {("iot", "rain", "630102")}),
        (MEASURE, {"kind": "city", "across": "avg"}, {"district": ""}, {("iot", "rain", "")}),
        ({"anomaly": "speed", "window": "30m", "least": 3}, None, {}, {("iot", "speed", "630102")}),
        (FORECAST, None, {"detail": {"device": "w"}}, {("iot", "water", "w")}),
        (SILENT, {"kind": "metric"}, {"place": "pm10", "district": ""}, {("iot", "pm10", "")}),
        ({"cases": "reported", "window": "30m"}, {"kind": "district"}, {}, {("cases", "", "630102")}),
        ({"official": [], "window": "24h"}, {"kind": "city"}, {"detail": {"event": "e"}}, {("events", "e", "")}),
        ({"official": [], "window": "24h"}, {"kind": "event"}, {"place": "event:w"}, {("events", "w", "")}),
        ({"rejects": [], "window": "10m"}, {"kind": "stream"}, {"place": "iot"}, {("rejects", "iot", "")}),
        ({"gaps": "devices", "known": "1d"}, {"kind": "gateway"}, {"place": "g"}, {("devices", "g", "")}),
        ({"gaps": "devices", "known": "1d"}, {"kind": "gateway"}, {"detail": {"scope": "all"}}, {("devices", "", "")}),
        (
            {"all_of": [{"rule": "level"}, {"watch": MEASURE, "levels": {"blue": 1}}]},
            MANY,
            {"detail": {"device": "a"}},
            {("iot", "rain", "a"), ("iot", "level", "a")},
        ),
    ],
)  # fmt: skip
def test_each_kind_of_rule(
    watch: dict[str, Any], place: dict[str, Any] | None, given: dict[str, Any], expected: set[Mark]
) -> None:
    assert resting(watch, place, given) == expected


def test_of_one_that_cleared_the_journal_tells_as_much_as_of_a_device() -> None:
    _, told = course(LEVEL, [(0, [saw(LEVEL, 12.0, 0)])])
    found = ground_of_step(told[0], LEVEL)
    assert (found.device, found.rule, found.at.timestamp()) == ("a", "level", 0)
