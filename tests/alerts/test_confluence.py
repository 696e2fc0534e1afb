"""Several gauges upstream: what they tell together, and when."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from alerts.alert import Observation
from alerts.confluence import LEAST, LIKELY, MOST, NOTHING, Part, inflow
from alerts.forecasts import Sample, forecasts
from alerts.lines import HOUR, Point
from alerts.upstream import Way, coming, ways
from tests.alerts.made import rule
from tests.alerts.test_upstream import gauge, levels

STILL_HERE = levels(*[2.0] * 24)
LOW, HIGH = Way("a", 1.0, 1.0, 0.5, "a"), Way("b", 2.0, 1.0, 0.5, "b")


@dataclass(frozen=True)
class Gauge:
    way: Way
    said: list[Point]

    def part(self, here: list[Point]) -> Part:
        found = coming(self.way, here, self.said, HOUR)
        assert found is not None
        return Part(self.way, found, self.said)


def rising(by: float, quarters: int) -> list[Point]:
    """Still, then higher by so much a quarter of an hour for the last quarters."""
    return levels(*[1.0] * (24 - quarters), *[1.0 + by * (n + 1) for n in range(quarters)])


def test_each_branch_comes_after_its_own_hours_and_they_add_up() -> None:
    one, other = Gauge(LOW, rising(0.2, 4)).part(STILL_HERE), Gauge(HIGH, rising(0.2, 4)).part(STILL_HERE)
    whole, first, second = inflow([one, other], STILL_HERE), inflow([one], STILL_HERE), inflow([other], STILL_HERE)
    by_hour = dict(whole.steps(LIKELY))
    assert min(hours for hours, rise in whole.steps(LIKELY) if rise > 0) == pytest.approx(0.25)  # the nearer one begins
    assert max(hours for hours, _ in whole.steps(LIKELY)) == 2.0
    nearer, farther = dict(first.steps(LIKELY)), dict(second.steps(LIKELY))
    assert by_hour[1.0] == pytest.approx(nearer[1.0] + farther.get(1.0, 0.0))
    assert whole.most > max(first.most, second.most)


def test_a_branch_is_worth_its_share_and_may_bring_it_all() -> None:
    part = Gauge(LOW, rising(0.2, 4)).part(STILL_HERE)
    found = inflow([part], STILL_HERE)
    least, likely, most = (max(rise for _, rise in found.steps(which)) for which in (LEAST, LIKELY, MOST))
    assert (least / likely, most / likely) == (pytest.approx(0.5), pytest.approx(3.0))


def test_gauges_of_one_branch_see_the_same_water_once() -> None:
    lower = Gauge(Way("a", 1.0, 1.0, 1.0, "a"), rising(0.2, 4)).part(STILL_HERE)
    upper = Gauge(Way("c", 1.0, 1.0, 1.0, "a"), rising(0.2, 4)).part(STILL_HERE)
    assert inflow([lower, upper], STILL_HERE) == inflow([lower], STILL_HERE)


def test_nothing_comes_of_nothing() -> None:
    assert inflow([], STILL_HERE) == NOTHING
    assert inflow([Gauge(LOW, levels(*[1.0] * 24)).part(STILL_HERE)], STILL_HERE) == NOTHING


def test_gains_that_were_learnt_add_up_to_what_happened() -> None:
    """Both rose as one for hours, and the water here by 0.6 of that: together they are worth that, not twice."""
    there = levels(*[1.0] * 4, *[1.0 + 0.1 * n for n in range(16)], *[3.5, 4.5, 5.5, 6.5])
    here = levels(*[2.0] * 8, *[2.0 + 0.06 * n for n in range(16)])
    same = [Way(name, 1.0, 1.0, 0.5, name) for name in "ab"]
    whole = inflow([Gauge(way, there).part(here) for way in same], here)
    alone = inflow([Gauge(Way("a", 1.0, 1.0, 1.0, "a"), there).part(here)], here)
    assert whole.most == pytest.approx(alone.most, rel=0.15)


def test_branches_are_told_by_who_is_up_the_river_of_whom() -> None:
    stations = [gauge("d", 1.0, 4.0, "b c a"), gauge("b", 1.0, 4.0, "a"), gauge("a", 1.0, 4.0), gauge("c", 1.0, 4.0)]
    found = {way.station: (way.branch, way.share, way.hours) for way in ways(stations)["d"]}
    assert found == {"b": ("b", 0.5, 2.0), "c": ("c", 0.5, 3.0), "a": ("b", 0.5, 4.0)}


def forecast(**said: list[Point]) -> Observation:
    made = rule(
        watch={"forecast": "level", "window": "1h", "reach": "3h", "horizon": "6h"},
        direction="below", levels={"blue": 180}, stale_after="30m",
    )  # fmt: skip
    samples = [
        Sample(name, at + 100 * HOUR, level, (36.6, 101.7, 1, "630102"))
        for name, one in said.items()
        for at, level in one
    ]
    (found,) = forecasts(made, samples, {"here": {"warning": 3.0}}, 100 * HOUR, {"here": (LOW, HIGH)})
    return found


def test_a_forecast_says_whom_it_heard_and_who_is_silent() -> None:
    wave = rising(0.5, 4)
    both = forecast(here=STILL_HERE, a=wave, b=wave)
    assert (both.detail["upstream"], both.detail["hours"], "upstream_blind" in both.detail) == ("a; b", "1–2", False)
    one = forecast(here=STILL_HERE, a=wave)
    assert (one.detail["upstream"], one.detail["hours"], one.detail["upstream_blind"]) == ("a", 1.0, "b")
    none = forecast(here=[(at, 2.0 + 0.1 * n) for n, (at, _) in enumerate(STILL_HERE[-8:])])
    assert (none.detail["upstream"], none.detail["upstream_used"]) == ("a; b", 0)
    assert float(both.value or 0) < float(one.value or 0)
