"""Messages in memory, asked without a database. What they answer is held against a real one in tests/contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts import hearing, hushes, measures
from alerts.measures import Asking
from alerts.memory import ANSWERS, CASES, READINGS, Memory
from config.read import read_city
from streams.question import Question
from tests.alerts.made import MINUTE, rule

PROFILE = read_city("xining")


def said(*points: tuple[str, int, float], **given: Any) -> dict[str, Any]:
    """Columns of readings (device, minute, value) of the metric `level`, that came when they were said."""
    size = len(points)
    plain: dict[str, Any] = {"metric": "level", "usable": True, "lat": 1.0, "lon": 2.0, "cell": 0, "district": ""}
    own: dict[str, list[Any]] = {
        "device": [device for device, _, _ in points],
        "at": [minute * MINUTE for _, minute, _ in points],
        "value": [value for _, _, value in points],
        "received": [minute * MINUTE for _, minute, _ in points],
        "offset": list(range(size)),
        "item": [0] * size,
    }
    return {name: own[name] if name in own else [plain[name]] * size for name in READINGS} | given


def steps(*rows: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    plain = {"offset": 0, "case": "c", "stage": "reported", "due": None, "cell": 0, "district": "d", "lat": 1, "lon": 2}
    return {name: [(plain | dict(row))[name] for row in rows] for name in CASES}


def values(memory: Memory, minute: int, **given: Any) -> dict[str, float | None]:
    made = rule(**given)
    found = Asking(memory, PROFILE, [made], minute * MINUTE).observe(made, "abc" if made.place.kind == "device" else "")
    return {one.place: one.value for one in found}


def test_every_question_has_a_twin() -> None:
    asked = {
        one.name for part in (measures, hearing, hushes) for one in vars(part).values() if isinstance(one, Question)
    }
    silent = {"devices_silent", "looks"}  # of layers/registered.py
    assert set(ANSWERS) == asked | silent


def test_without_messages_nothing_is_known() -> None:
    nothing = Memory({}, {})
    assert values(nothing, 1) == {}
    assert values(nothing, 1, watch={"silent": "5m", "known": "30m"}, place={"kind": "metric"}) == {}
    assert values(nothing, 1, watch={"cases": "overdue", "window": "1h"}, place={"kind": "city"}) == {}


def test_what_is_later_is_not_known_yet() -> None:
    memory = Memory(said(("a", 1, 5.0), ("a", 2, 7.0)), {})
    assert [values(memory, minute) for minute in (0, 1, 2)] == [{}, {"a": 5.0}, {"a": 7.0}]


def test_a_window_begins_after_its_edge() -> None:
    memory = Memory(said(("a", 0, 5.0), ("a", 10, 7.0)), {})
    total = {"metric": "level", "measure": "sum", "window": "10m"}
    assert [values(memory, minute, watch=total)["a"] for minute in (9, 10, 11)] == [5.0, 7.0, 7.0]


def test_a_reading_that_came_twice_counts_once_and_the_last_is_believed() -> None:
    memory = Memory(said(("a", 1, 5.0), ("a", 1, 6.0), ("a", 2, 7.0), received=[9, 8, 7]), {})
    assert values(memory, 3, watch={"metric": "level", "measure": "sum", "window": "10m"}) == {"a": 12.0}


def test_a_doubtful_reading_is_heard_but_not_used() -> None:
    memory = Memory(said(("a", 1, 5.0), ("a", 2, 99.0), usable=[True, False]), {})
    assert values(memory, 3) == {"a": 5.0}
    silence = {"watch": {"silent": "1m", "known": "30m"}, "place": {"kind": "metric"}}
    assert values(memory, 2, **silence) == {"level": 0.0}
    assert values(memory, 3, **silence) == {"level": 100.0}


def test_the_order_of_messages_does_not_matter() -> None:
    points = [("a", 1, 5.0), ("b", 1, 6.0), ("a", 2, 7.0)]
    total = {"metric": "level", "measure": "sum", "window": "10m"}
    one, other = Memory(said(*points), {}), Memory(said(*reversed(points)), {})
    assert values(one, 3, watch=total) == values(other, 3, watch=total) == {"a": 12.0, "b": 6.0}


CITY = {"watch": {"cases": "overdue", "window": "1h"}, "place": {"kind": "city"}}


def test_a_case_is_overdue_from_its_time_until_it_is_closed() -> None:
    memory = Memory({}, steps({"at": MINUTE, "due": 3 * MINUTE}, {"at": 5 * MINUTE, "stage": "closed"}))
    found = [next(iter(values(memory, minute, **CITY).values()), None) for minute in range(7)]
    assert found == [None, None, None, 1.0, 1.0, None, None]


def test_a_memory_can_be_asked_about_before() -> None:
    memory = Memory({}, steps({"at": MINUTE, "due": 3 * MINUTE}, {"at": 5 * MINUTE, "stage": "closed"}))
    assert values(memory, 6, **CITY) == {}
    assert values(memory, 4, **CITY) == {str(PROFILE.adcode): 1.0}
