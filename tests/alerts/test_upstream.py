"""What comes from the gauge upstream: how much, when, and at what gain."""

from __future__ import annotations

import pytest

from alerts.lines import HOUR, Point, line_of, recent
from alerts.upstream import STILL, Coming, Way, coming, ways
from config.city import Marks, Station, Upstream

MINUTE = 60_000
WAY = Way("a", 2.0, 1.0)


def gauge(name: str, base: float, warning: float | None, above: str = "") -> Station:
    marks = None if warning is None else Marks(warning=warning, guarantee=warning + 1)
    where = tuple(Upstream(station=one, hours=2 + n) for n, one in enumerate(filter(None, above.split(" "))))
    return Station(
        id=name, name={"en": name}, river={"en": "R"}, lat=36.6, lon=101.7, base=base, marks=marks, upstream=where
    )


def levels(*values: float, every: int = 15 * MINUTE) -> list[Point]:
    """Readings of which the last is said at 0."""
    return [((n + 1 - len(values)) * every, value) for n, value in enumerate(values)]


def came(there: list[Point], here: list[Point] | None = None, way: Way = WAY) -> Coming | None:
    return coming(way, here or levels(*[2.0] * 24), there, HOUR)


def test_the_gain_of_the_marks_is_the_ratio_of_their_heights() -> None:
    found = ways([gauge("b", 1.0, 4.0, "a"), gauge("a", 1.0, 3.0)])
    assert found == {"b": (Way("a", 2.0, 1.5, 1.0, "a"),)}
    assert ways([gauge("b", 1.0, 4.0, "a"), gauge("a", 1.0, None)])["b"][0].gain == 1.0
    assert ways([gauge("b", 1.0, 4.0, "a"), gauge("a", 3.0, 3.0)])["b"][0].gain == 1.0


def test_what_was_seen_upstream_arrives_so_much_later() -> None:
    found = came(levels(*[1.0] * 20, 1.5, 2.0, 2.5, 2.5))
    assert found is not None
    assert [round(hours, 2) for hours, _ in found.steps] == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0]
    assert [round(rise, 2) for _, rise in found.steps] == [0, 0, 0, 0, 0.47, 0.97, 1.47, 1.47]
    assert found.most == pytest.approx(1.47)


def test_one_wild_reading_is_no_wave() -> None:
    found = came(levels(*[1.0] * 18, 9.0, *[1.0] * 5))
    assert found is not None
    assert found.most == 0
    newest = came(levels(*[1.0] * 23, 9.0))
    assert newest is not None
    assert newest.most == 0


def test_a_gain_that_the_marks_tell_is_unsure_by_a_half() -> None:
    found = came(levels(*[1.0] * 20, *[1.5] * 4), way=Way("a", 2.0, 0.8))
    assert found is not None
    assert found.gain == pytest.approx((0.8, 0.4, 1.2))


def test_a_gain_is_learnt_once_the_water_moved() -> None:
    there = levels(*[1.0 + 0.1 * n for n in range(20)], *[4.0] * 4)
    here = levels(*[2.0] * 8, *[2.0 + 0.05 * n for n in range(16)])
    found = came(there, here)
    assert found is not None
    assert found.gain == pytest.approx((0.5, 0.5, 0.5))


def test_what_rises_as_it_did_adds_nothing() -> None:
    assert came(levels(*[1.0 + 0.1 * n for n in range(24)])) == STILL


def test_who_says_nothing_of_the_hours_between_is_not_asked() -> None:
    assert came(levels(*[1.0] * 24)[:16]) is None
    assert came(levels(*[1.0] * 12)) is None  # too little before them to know what is usual
    assert came([]) is None


def test_a_line_goes_through_the_window_or_the_newest_six() -> None:
    assert recent(levels(*[1.0] * 24), HOUR) == levels(*[1.0] * 6)
    assert len(recent(levels(*[1.0] * 24), 3 * HOUR)) == 12
    assert len(recent(levels(*[1.0] * 500, every=MINUTE), 9 * HOUR)) == 120
    assert line_of(recent(levels(*[1.0] * 5), HOUR), 0) is None
    assert recent([], HOUR) == []
