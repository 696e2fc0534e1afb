"""From rows to observations."""

from __future__ import annotations

import math
from typing import Any

from alerts import gather
from alerts.gather import Scene, Tally
from alerts.hushes import Hush
from alerts.rings import Row
from alerts.rules import Rule
from config.read import read_city
from tests.alerts.made import MINUTE, rule, window

PROFILE = read_city("xining")
NOW = 100 * MINUTE
CELL = 617_700_169_958_293_503
PROBE = ("level", 10 * MINUTE)
ACROSS = {"place": {"kind": "district", "across": "max"}}


def row(device: str, value: float, *, age: int = 0, district: str = "630102", readings: int = 1) -> Row:
    return Row(device, NOW - age, value, value, value, value, value, readings, 36.6, 101.7, CELL, district)


def seen(made: Rule, *rows: Row) -> dict[str, Any]:
    """What is seen of every place that these rows may be of."""
    places = {"630102", str(PROFILE.adcode), gather.cell_name(CELL, 7), *(one.device for one in rows)}
    scene = Scene(PROFILE, NOW, frozenset(places))
    return {one.place: one for one in gather.readings(made, {PROBE: window(*rows)}, scene)}


def test_a_device_speaks_for_itself() -> None:
    found = seen(rule(), row("a", 12.0), row("b", 3.0))
    assert {place: one.value for place, one in found.items()} == {"a": 12.0, "b": 3.0}
    assert found["a"].spot.district == "630102"


def test_who_reaches_nothing_and_is_not_in_mind_is_not_looked_at() -> None:
    rows = {PROBE: window(row("high", 10.0), row("low", 9.9), row("minded", 1.0))}
    found = gather.readings(rule(), rows, Scene(PROFILE, NOW, frozenset({"minded", "gone"})))
    assert {one.place for one in found} == {"high", "minded"}
    assert gather.readings(rule(**ACROSS), {PROBE: window(row("low", 9.9))}, Scene(PROFILE, NOW)) == []


def test_a_district_is_its_worst_device_that_was_heard() -> None:
    found = seen(rule(**ACROSS), row("a", 12.0), row("b", 30.0), row("silent", 99.0, age=6 * MINUTE))
    assert (found["630102"].value, found["630102"].device) == (30.0, "b")
    assert found["630102"].members["silent"].value == 99.0


def test_a_silent_sum_says_nothing_of_now() -> None:
    made = rule(**ACROSS, watch={"metric": "level", "measure": "sum", "window": "10m"})
    found = seen(made, row("a", 12.0), row("silent", 99.0, age=6 * MINUTE))
    assert list(found["630102"].members) == ["a"]


def test_a_district_of_silent_devices_has_no_value() -> None:
    (found,) = seen(rule(**ACROSS), row("silent", 99.0, age=6 * MINUTE)).values()
    assert found.value is None


def test_too_few_devices_are_no_value() -> None:
    made = rule(place={"kind": "district", "across": "avg", "at_least": 2})
    assert seen(made, row("a", 12.0))["630102"].value is None
    assert seen(made, row("a", 12.0), row("b", 13.0))["630102"].value == 12.5


def test_who_has_no_place_is_in_no_district() -> None:
    assert seen(rule(**ACROSS), row("a", 12.0, district="")) == {}


def test_city_and_cell() -> None:
    city = seen(rule(place={"kind": "city", "across": "max"}), row("a", 1.0), row("b", 2.0))
    assert [(place, one.value) for place, one in city.items()] == [(str(PROFILE.adcode), 2.0)]
    (cell,) = seen(rule(place={"kind": "cell", "across": "max", "resolution": 7}), row("a", 1.0))
    assert cell == gather.cell_name(CELL, 7)
    assert cell.startswith("87")


def test_marks_are_the_stations() -> None:
    made = rule(levels={"yellow": {"mark": "warning"}, "red": {"mark": "highest", "offset": -0.1}})
    found = seen(made, row("wl-xigangqiao", 3.0), row("wl-laoyeshan", 3.0), row("stranger", 3.0))
    assert found["wl-xigangqiao"].thresholds == {"yellow": 4.0, "red": 5.1}
    assert found["wl-laoyeshan"].thresholds == found["stranger"].thresholds == {}


def test_where_rules_out_what_is_known_only() -> None:
    watch = {"metric": "level", "measure": "last", "window": "10m", "where": {"metric": "state", "is": [0, 2]}}
    states = {("state", 10 * MINUTE): window(row("runs", 1.0), row("stands", 0.0))}
    found = {PROBE: window(*(row(name, 50.0) for name in ("runs", "stands", "unheard"))), **states}
    observed = gather.readings(rule(watch=watch), found, Scene(PROFILE, NOW))
    assert {one.place: one.applies for one in observed} == {"runs": False, "stands": True, "unheard": True}


def test_levels_and_clear_over_windows_of_their_own() -> None:
    made = rule(
        **ACROSS,
        levels={"blue": 10, "red": {"at": 10, "window": "3m"}},
        clear={"at": 1, "watch": {"metric": "level", "measure": "max", "window": "5m"}},
    )
    found = {
        PROBE: window(row("a", 20.0)),
        ("level", 3 * MINUTE): window(row("a", 7.0)),
        ("level", 5 * MINUTE): window(of=["a"]),
    }
    (one,) = gather.readings(made, found, Scene(PROFILE, NOW))
    assert (one.value, one.levels, one.clear_value) == (20.0, {"red": 7.0}, None)


def test_sums_are_rounded() -> None:
    made = rule(watch={"metric": "level", "measure": "sum", "window": "10m"})
    assert seen(made, row("a", sum([0.1] * 100)))["a"].value == 10.0


def test_a_slope_needs_three_readings() -> None:
    made = rule(watch={"metric": "level", "measure": "rate_per_hour", "window": "10m"})
    steep = row("a", 1.0)._replace(slope=2.5, sloped=2)
    assert seen(made, steep)["a"].value is None
    assert seen(made, steep._replace(sloped=3))["a"].value == 2.5


def test_a_gauge_too_seldom_for_a_levels_window_has_the_slope_of_the_rules() -> None:
    watch = {"metric": "level", "measure": "rate_per_hour", "window": "2h"}
    made = rule(watch=watch, levels={"blue": 0.5, "yellow": {"at": 1.0, "window": "10m"}})
    for readings, yellow in ((9, 2.5), (100, None)):  # of 15 minutes; of one that spoke often, and is silent now
        steep = row("a", 1.0)._replace(slope=2.5, sloped=readings)
        found = {("level", 120 * MINUTE): window(steep), ("level", 10 * MINUTE): window(of=["a"])}
        (one,) = gather.readings(made, found, Scene(PROFILE, NOW))
        assert (one.value, one.levels) == (2.5, {"yellow": yellow})


def test_an_empty_window_has_no_measure() -> None:
    made = rule(watch={"metric": "level", "measure": "sum", "window": "10m"})
    assert seen(made, row("a", math.nan, readings=0))["a"].value is None


CASES = {"watch": {"cases": "reported", "window": "30m"}, "place": {"kind": "cell"}}


def test_cases_of_a_cell_are_added_and_none_is_zero() -> None:
    made, cell = rule(**CASES), gather.cell_name(CELL, 7)
    tallies = [Tally(CELL, "630102", 3, 36.6, 101.7), Tally(0, "630102", 9, math.nan, math.nan)]
    found = gather.cases(made, tallies, NOW, ["elsewhere"], PROFILE)
    assert {one.place: one.value for one in found} == {cell: 3.0, "elsewhere": 0.0}


def test_without_any_case_step_nothing_is_known() -> None:
    assert gather.cases(rule(**CASES), [], None, ["elsewhere"], PROFILE) == []


def test_silence_in_per_cent() -> None:
    made = rule(watch={"silent": "15m", "known": "2h"}, place={"kind": "metric", "at_least": 5})
    (one,) = gather.silence(made, [Hush("rain", 8, 2), Hush("few", 4, 4)], PROFILE, NOW)
    assert (one.place, one.value, one.at) == ("rain", 25.0, NOW)
