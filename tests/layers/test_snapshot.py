"""How parts become a picture: one that fails costs only itself, one that is slow is not asked each second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from layers import snapshot
from layers.geometry import City
from layers.picture import Gauge, Hexes, Kpi, Series, Snapshot, Source
from layers.snapshot import Part, take
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed

NOW = datetime(2026, 7, 21, 16, 0, tzinfo=UTC)
NOBODY = cast(Any, None)
NAMES = {"zh-CN": "西钢桥"}
SOURCE = Source("iot", simulated=3)
ANSWERS: dict[str, Any] = {
    "hexes.rain": Hexes("rain", (1.0, None)),
    "kpis.rain": (Kpi("rain_1h_max", 3.0, "mm"),),
    "series.rain": (Series("rain_24h", "mm", (1.0,)),),
    "gauges": (Gauge("wl-1", NAMES, NAMES, 36.6, 101.7, 2.0, None, True),),
    "sources": (SOURCE,),
}


class Asked:
    """Parts that answer from ANSWERS, fail when told to, and remember when they were asked."""

    def __init__(self, every: int = 1) -> None:
        self.when: dict[str, list[datetime]] = {name: [] for name in ANSWERS}
        self.failing: dict[str, Exception] = {}
        self.parts = tuple(Part(name, every, self._asking(name)) for name in ANSWERS)

    def _asking(self, name: str) -> snapshot.Asks:
        def ask(database: Database, city: City, now: datetime) -> Any:
            self.when[name].append(now)
            if name in self.failing:
                raise self.failing[name]
            return ANSWERS[name]

        return ask


def asked(monkeypatch: pytest.MonkeyPatch, every: int = 1) -> Asked:
    found = Asked(every)
    monkeypatch.setattr(snapshot, "PARTS", found.parts)
    return found


def shot(now: datetime = NOW, before: Snapshot | None = None) -> Snapshot:
    return take(NOBODY, NOBODY, now, before)


def test_parts_become_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch)
    picture = shot()
    assert picture.hexes["rain"].values == (1.0, None)
    assert picture.kpis["rain_1h_max"].value == 3.0
    assert "stations_over" in picture.kpis
    assert picture.series["rain_24h"].values == (1.0,)
    assert picture.gauges[0].station == "wl-1"
    assert picture.simulated
    assert picture.source("iot") == SOURCE
    assert picture.source("cases") is None
    assert picture.failures == ()


@pytest.mark.parametrize("error", [QueryFailed("metric_sum", "no memory"), ZeroDivisionError("by zero")])
def test_a_part_that_fails_costs_only_itself(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    asked(monkeypatch).failing["hexes.rain"] = error
    picture = shot()
    assert picture.failures == (f"hexes.rain: {type(error).__name__}: {error}",)
    assert "rain" not in picture.hexes
    assert picture.kpis["rain_1h_max"].value == 3.0


def test_gauges_that_fail_make_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch).failing["gauges"] = QueryFailed("latest", "no")
    assert "stations_over" not in shot().kpis


def test_no_database_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch).failing["sources"] = DatabaseUnavailable("nobody answers")
    with pytest.raises(DatabaseUnavailable):
        shot()


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        shot(NOW.replace(tzinfo=None))


def test_slow_parts_are_asked_once_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    parts, before = asked(monkeypatch, every=10), None
    for second in range(60):
        before = shot(NOW + timedelta(seconds=second), before)
    assert {len(times) for times in parts.when.values()} <= {6, 7}, "six turns, and one begun before the minute"
    assert before is not None
    assert before.kpis["rain_1h_max"].value == 3.0


def test_what_failed_is_asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = asked(monkeypatch, every=10)
    parts.failing["kpis.rain"] = QueryFailed("rain_peak", "no")
    first = shot()
    parts.failing.clear()
    assert shot(NOW + timedelta(seconds=0.5), first).failures == ()
    assert len(parts.when["kpis.rain"]) == 2


def test_the_past_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of later tells nothing about earlier: a replay must not show the future."""
    parts = asked(monkeypatch, every=3600)
    later = shot(NOW + timedelta(seconds=1))
    shot(NOW, later)
    assert all(len(times) == 2 for times in parts.when.values())


def test_every_part_has_a_name_of_its_own() -> None:
    names = [part.name for part in snapshot.PARTS]
    assert len(set(names)) == len(names)


def test_parts_with_questions_in_common_are_due_together() -> None:
    """Only then is the water of a day asked once for both."""
    parts = {part.name: part for part in snapshot.PARTS}
    before = Snapshot(NOW, {}, (), {}, {}, (), parts=dict.fromkeys(parts, None))
    for second in range(60):
        now = NOW + timedelta(seconds=second)
        assert parts["gauges"].serves(before, now) == parts["hexes.water"].serves(before, now)
