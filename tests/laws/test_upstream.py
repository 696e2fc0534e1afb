"""Laws of forecasts with a gauge upstream: true for every course of the two gauges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Observation
from alerts.forecasts import Sample, forecasts
from alerts.upstream import QUIET, Way
from tests.alerts.made import MINUTE, rule

EVERY = 5 * MINUTE
LONG = 60  # readings: five hours
NOW = LONG * EVERY
AHEAD = rule(
    watch={"forecast": "level", "window": "1h", "reach": "3h", "horizon": "6h"},
    direction="below",
    levels={"blue": 180, "red": 30},
    stale_after="30m",
)
MARKS: Mapping[str, Mapping[str, float]] = {"here": {"warning": 4.0, "guarantee": 5.0}}
CENTIMETRES = st.integers(-3, 7).map(lambda n: n / 100)
COURSE = st.lists(CENTIMETRES, min_size=LONG, max_size=LONG).map(
    lambda steps: [2.0 + sum(steps[: n + 1]) for n in range(LONG)]
)
HALVES = st.sampled_from((0.5, 1.0, 2.0))
WAYS = st.builds(Way, st.just("there"), HALVES, HALVES, st.just(1.0), st.just("there"))


def seen(here: Sequence[float], there: Sequence[float], way: Way | None) -> Observation:
    samples = [Sample(name, (n + 1) * EVERY, level, (36.6, 101.7, 1, "630102"))
               for name, levels in (("here", here), ("there", there)) for n, level in enumerate(levels)]  # fmt: skip
    (one,) = forecasts(AHEAD, samples, MARKS, NOW, {"here": (way,)} if way else {})
    return one


TRIBUTARIES = (Way("there", 1.0, 1.0, 0.5, "there"), Way("other", 2.0, 1.0, 0.5, "other"))


def both(here: Sequence[float], *above: Sequence[float]) -> Observation:
    """With two tributaries, each after its own hours."""
    told = zip(("here", "there", "other"), (here, *above), strict=False)
    samples = [
        Sample(name, (n + 1) * EVERY, level, (36.6, 101.7, 1, "630102")) for name, levels in told
        for n, level in enumerate(levels)
    ]  # fmt: skip
    (one,) = forecasts(AHEAD, samples, MARKS, NOW, {"here": TRIBUTARIES})
    return one


@given(COURSE, COURSE, COURSE)
def test_of_two_tributaries_the_likeliest_lies_within_its_interval(
    here: list[float], there: list[float], other: list[float]
) -> None:
    one = both(here, there, other)
    if one.detail and "mark" in one.detail:
        assert float(one.detail["soonest"]) - 0.11 <= float(one.value or 0) <= float(one.detail["latest"]) + 0.11
    assert float(one.value or 0) <= float(seen(here, [], None).value or 0) + 0.11


@given(COURSE, st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_two_steady_tributaries_change_nothing(here: list[float], pace: float, other: float) -> None:
    steady = ([5.0 + each * n for n in range(LONG)] for each in (pace, other))
    assert both(here, *steady).value == pytest.approx(seen(here, [], None).value, abs=0.11)


def since(way: Way) -> int:
    """The first reading upstream whose water is not here yet."""
    return LONG - round(way.hours * 60 * MINUTE / EVERY)


@given(COURSE, WAYS, st.lists(st.floats(0, QUIET), min_size=LONG, max_size=LONG), st.floats(-0.05, 0.05))
def test_a_steady_gauge_upstream_changes_nothing(here: list[float], way: Way, ripple: list[float], pace: float) -> None:
    steady = [5.0 + pace * n for n in range(LONG)]
    still = [level + (up if n >= since(way) else 0.0) for n, (level, up) in enumerate(zip(steady, ripple, strict=True))]
    alone, both = seen(here, [], None), seen(here, still, way)
    assert both.value == pytest.approx(alone.value, abs=0.11)  # one decimal is told
    assert all(both.detail[key] == value for key, value in alone.detail.items() if key in {"mark", "slope"})


@given(COURSE, COURSE, WAYS, st.data())
def test_water_on_its_way_never_makes_it_later(
    here: list[float], there: list[float], way: Way, data: st.DataObject
) -> None:
    more = sorted(data.draw(st.lists(st.floats(0, 3), min_size=LONG - since(way), max_size=LONG - since(way))))
    risen = [*there[: since(way)], *(level + up for level, up in zip(there[since(way) :], more, strict=True))]
    less, alone = seen(here, there, way), seen(here, [], None)
    assert float(seen(here, risen, way).value or 0) <= float(less.value or 0) + 0.11
    assert float(less.value or 0) <= float(alone.value or 0) + 0.11


@given(COURSE, WAYS)
def test_a_silent_gauge_upstream_leaves_the_line_of_this_one(here: list[float], way: Way) -> None:
    alone, both = seen(here, [], None), seen(here, [], way)
    assert both.value == alone.value
    assert both.detail == (alone.detail and {**alone.detail, "upstream": "there", "upstream_used": 0})


@given(COURSE, COURSE, WAYS)
def test_the_likeliest_lies_within_its_interval(here: list[float], there: list[float], way: Way) -> None:
    one = seen(here, there, way)
    if one.detail:
        assert float(one.detail["soonest"]) - 0.11 <= float(one.value or 0) <= float(one.detail["latest"]) + 0.11
