"""The table of the engine's semantics, row by row."""

from __future__ import annotations

import pytest

from alerts.alert import Observation
from alerts.reasons import retired
from tests.alerts.made import MINUTE, course, line, many, rule, saw, ways

FOR = {"for": "2m"}
KEEP = {"keep_firing_for": "3m"}

COURSES = [
    pytest.param({}, [9.99], [], id="below every threshold nothing happens"),
    pytest.param({}, [10.0], [(0, "blue", "crossed")], id="at the threshold it fires"),
    pytest.param({}, [45.0], [(0, "red", "crossed")], id="straight to the highest level"),
    pytest.param({}, [25.0, 35.0, 45.0],
                 [(0, "yellow", "crossed"), (1, "orange", "escalated"), (2, "red", "escalated")],
                 id="escalation is immediate"),
    pytest.param(FOR, [10.0, 10.0, 10.0], [(0, "pending", "waiting"), (2, "blue", "crossed")], id="fires after for"),
    pytest.param(FOR, [10.0, 10.0, 9.0], [(0, "pending", "waiting"), (2, "clear", "not_sustained")], id="did not last"),
    pytest.param(FOR, [10.0, 9.0, 10.0, 10.0, 10.0],
                 [(0, "pending", "waiting"), (1, "clear", "not_sustained"), (2, "pending", "waiting"),
                  (4, "blue", "crossed")], id="the timer starts anew"),
    pytest.param(FOR, [10.0, 10.0, 45.0, 45.0, 45.0],
                 [(0, "pending", "waiting"), (2, "blue", "crossed"), (4, "red", "escalated")],
                 id="each level waits its for"),
    pytest.param({"levels": {"blue": 10, "red": {"at": 40, "for": "0s"}}, **FOR}, [45.0, 12.0, 12.0],
                 [(0, "red", "crossed"), (1, "pending", "eased"), (2, "blue", "crossed")], id="a level's own for"),
    pytest.param({}, [45.0, 25.0, 5.0], [(0, "red", "crossed"), (1, "yellow", "eased"), (2, "clear", "cleared")],
                 id="without keep it follows the value"),
    pytest.param(KEEP, [45.0, 25.0, 25.0, 25.0, 25.0], [(0, "red", "crossed"), (4, "yellow", "eased")],
                 id="de-escalation waits"),
    pytest.param(KEEP, [12.0, 5.0, 5.0, 12.0, 5.0, 5.0, 5.0], [(0, "blue", "crossed")], id="keep starts anew"),
    pytest.param(KEEP, [12.0, 5.0, 5.0, 5.0, 5.0], [(0, "blue", "crossed"), (4, "clear", "cleared")], id="clear waits"),
    pytest.param({"clear": {"margin": 2}}, [12.0, 8.0, 8.5, 7.99], [(0, "blue", "crossed"), (3, "clear", "cleared")],
                 id="within the margin it goes on"),
    pytest.param({"clear": {"margin": 2}}, [22.0, 18.0, 17.0], [(0, "yellow", "crossed"), (2, "blue", "eased")],
                 id="the margin holds each level"),
    pytest.param({"clear": {"at": 5}}, [12.0, 5.0, 4.99], [(0, "blue", "crossed"), (2, "clear", "cleared")],
                 id="between clear and fire nothing changes"),
    pytest.param({"clear": {"at": 5}}, [7.0], [], id="above clear is not yet firing"),
    pytest.param({"direction": "below", "levels": {"blue": 40, "red": 10}}, [40.5, 40.0, 9.0, 41.0],
                 [(1, "blue", "crossed"), (2, "red", "escalated"), (3, "clear", "cleared")], id="firing below"),
    pytest.param({}, [12.0, None, None, None, None, None, None, 12.0],
                 [(0, "blue", "crossed"), (6, "stale", "no_data"), (7, "blue", "data_back")],
                 id="absent data is stale, not clear"),
    pytest.param({}, [12.0, *[None] * 500, 5.0],
                 [(0, "blue", "crossed"), (6, "stale", "no_data"), (501, "clear", "cleared")], id="stale for hours"),
    pytest.param(KEEP, [12.0, 5.0, *[None] * 9, 5.0, 5.0, 5.0, 5.0],
                 [(0, "blue", "crossed"), (7, "stale", "no_data"), (11, "blue", "data_back"), (14, "clear", "cleared")],
                 id="silence is no part of keep"),
    pytest.param({}, [12.0, *[None] * 7, 45.0],
                 [(0, "blue", "crossed"), (6, "stale", "no_data"), (8, "red", "data_back")], id="back and worse"),
    pytest.param({"for": "9m"}, [12.0, *[None] * 6, 12.0],
                 [(0, "pending", "waiting"), (6, "clear", "no_data"), (7, "pending", "waiting")],
                 id="pending without data is dropped"),
    pytest.param({}, [12.0, None, None, 12.0], [(0, "blue", "crossed")], id="a short silence changes nothing"),
    pytest.param({}, [None, float("nan"), float("inf")], [], id="what is no number is no data"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "values", "expected"), COURSES)
def test_course(given: dict[str, object], values: list[float | None], expected: list[tuple[int, str, str]]) -> None:
    made = rule(**given)
    assert ways(course(made, line(made, values))[1]) == expected


def test_a_transition_says_why() -> None:
    made = rule()
    (fired, cleared) = course(made, line(made, [25.0, 5.0]))[1]
    assert (fired.value, fired.threshold, fired.observed, fired.version) == (25.0, 20, 0, made.version)
    assert (cleared.value, cleared.threshold, cleared.before, cleared.memory) == (5.0, 10, "yellow", "")
    assert fired.alert == cleared.alert
    assert cleared.detail["peak"] == 25.0


def test_an_opening_anew_is_a_new_alert() -> None:
    made = rule()
    told = course(made, line(made, [12.0, 5.0, 12.0]))[1]
    assert told[0].alert != told[2].alert


def test_pending_and_firing_are_one_alert() -> None:
    made = rule(**FOR)
    assert len({one.alert for one in course(made, line(made, [12.0] * 4))[1]}) == 1


def test_levels_over_windows_of_their_own() -> None:
    made = rule(levels={"blue": 50, "red": {"at": 50, "window": "1h"}})
    seen = saw(made, 60.0, 0, levels={"red": 40.0})
    assert ways(course(made, [(0, [seen])])[1]) == [(0, "blue", "crossed")]
    worse = saw(made, 60.0, MINUTE, levels={"red": 55.0})
    _, (_, escalated) = course(made, [(0, [seen]), (MINUTE, [worse])])
    assert (escalated.after, escalated.value) == ("red", 55.0)


def test_a_level_whose_own_window_is_unknown_goes_on() -> None:
    made = rule(levels={"blue": 50, "red": {"at": 50, "window": "1h"}})
    looks = [(0, [saw(made, 60.0, 0, levels={"red": 55.0})]), (MINUTE, [saw(made, 60.0, MINUTE, levels={"red": None})])]
    assert ways(course(made, looks)[1]) == [(0, "red", "crossed")]


RAIN_STOPS = {"clear": {"at": 1, "watch": {"metric": "rain", "measure": "sum", "window": "30m"}}}


def test_its_own_clear_measure_ends_it_though_the_value_is_high() -> None:
    made = rule(**RAIN_STOPS)
    looks = [(0, [saw(made, 45.0, 0, clear_value=12.0)]), (MINUTE, [saw(made, 44.0, MINUTE, clear_value=0.5)]),
             (2 * MINUTE, [saw(made, 44.0, 2 * MINUTE, clear_value=0.5)])]  # fmt: skip
    assert ways(course(made, looks)[1]) == [(0, "red", "crossed"), (1, "clear", "cleared")]


def test_an_unknown_clear_measure_clears_nothing() -> None:
    made = rule(**RAIN_STOPS)
    looks = [(0, [saw(made, 45.0, 0)]), (MINUTE, [saw(made, 5.0, MINUTE)])]
    assert ways(course(made, looks)[1]) == [(0, "red", "crossed"), (1, "blue", "eased")]


def test_thresholds_of_the_place() -> None:
    made = rule()
    seen = Observation("a", 0, 3.9, {"yellow": 3.5, "red": 4.2})
    assert ways(course(made, [(0, [seen])])[1]) == [(0, "yellow", "crossed")]


def test_a_place_that_loses_its_thresholds_clears() -> None:
    made = rule()
    looks = [(0, [saw(made, 12.0, 0)]), (MINUTE, [Observation("a", MINUTE, 12.0, {})])]
    assert ways(course(made, looks)[1]) == [(0, "blue", "crossed"), (1, "clear", "cleared")]


def test_ruled_out_is_not_firing() -> None:
    made = rule()
    looks = [(0, [saw(made, 12.0, 0)]), (MINUTE, [saw(made, 12.0, MINUTE, applies=False)])]
    assert ways(course(made, looks)[1]) == [(0, "blue", "crossed"), (1, "clear", "cleared")]


DISTRICT = {"place": {"kind": "district", "across": "max"}}


def test_the_holder_falls_silent_and_the_alert_is_held() -> None:
    made = rule(**DISTRICT)
    looks = [(0, [many(made, {"x": 45.0, "y": 3.0}, 0)]),
             (9 * MINUTE, [many(made, {"x": 45.0, "y": 3.0}, 9 * MINUTE, {"x": 9 * MINUTE})])]  # fmt: skip
    states, told = course(made, looks)
    assert ways(told) == [(0, "red", "crossed")]
    states, told = course(made, [(n * MINUTE, [many(made, {"y": 3.0}, n * MINUTE)]) for n in range(10, 900)], states)
    assert told == []
    assert ways(course(made, [(900 * MINUTE, [many(made, {"x": 2.0, "y": 3.0}, 900 * MINUTE)])], states)[1]) == [
        (900, "clear", "cleared")
    ]


def test_the_alert_moves_to_the_worst_when_its_holder_has_fallen() -> None:
    made = rule(**DISTRICT)
    looks = [(0, [many(made, {"x": 45.0, "y": 3.0}, 0)]), (1, [many(made, {"x": 45.0, "y": 50.0}, 1)])]
    states, _ = course(made, looks)
    assert states["a"].device == "x"
    states, _ = course(made, [(2, [many(made, {"x": 4.0, "y": 50.0}, 2)])], states)
    assert states["a"].device == "y"


def test_another_silent_device_that_was_high_takes_over() -> None:
    made = rule(**DISTRICT)
    late = 9 * MINUTE
    looks = [
        (0, [many(made, {"x": 45.0, "y": 44.0}, 0)]),
        (late, [many(made, {"x": 3.0, "y": 44.0}, late, {"y": late})]),
        (late + 1, [many(made, {"x": 3.0}, late + 1)]),
    ]
    states, _ = course(made, looks)
    assert states["a"].device == "y"


def test_one_of_two_that_held_it_is_silent_for_so_long_that_the_window_forgot_it() -> None:
    made = rule(**DISTRICT)
    looks = [(0, [many(made, {"x": 45.0, "y": 45.0}, 0)]), (MINUTE, [many(made, {"x": 45.0}, MINUTE)])]
    looks += [(n * MINUTE, [many(made, {"x": 3.0}, n * MINUTE)]) for n in range(2, 20)]
    states, told = course(made, looks)
    assert (ways(told), states["a"].device) == ([(0, "red", "crossed")], "y")
    looks = [(30 * MINUTE, [many(made, {"x": 3.0, "y": 4.0}, 30 * MINUTE)])]
    assert ways(course(made, looks, states)[1]) == [(30, "clear", "cleared")]


def test_a_holder_that_was_on_its_way_down_holds_nothing() -> None:
    made = rule(**DISTRICT, **KEEP)
    looks = [(0, [many(made, {"x": 45.0, "y": 3.0}, 0)]), (MINUTE, [many(made, {"x": 4.0, "y": 3.0}, MINUTE)])]
    looks += [(n * MINUTE, [many(made, {"y": 3.0}, n * MINUTE)]) for n in range(2, 6)]
    assert ways(course(made, looks)[1]) == [(0, "red", "crossed"), (4, "clear", "cleared")]


def test_a_rule_that_left_the_book_clears_and_says_so() -> None:
    made = rule()
    states, _ = course(made, line(made, [12.0]))
    (gone,) = retired("made", "", states, MINUTE)
    assert (gone.after, gone.reason, gone.alert) == ("clear", "rule_removed", states["a"].alert("made", "a"))


def test_two_observations_of_a_place_are_one() -> None:
    made = rule()
    old, new = saw(made, 45.0, 0), saw(made, 12.0, 1)
    assert [one.after for one in course(made, [(1, [new, old])])[1]] == ["blue"]
