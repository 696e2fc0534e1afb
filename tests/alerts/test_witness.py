"""What an alert says of standing on one reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts import gather
from alerts.alert import Member, Observation, Witness
from alerts.explain import sentence
from alerts.gather import Scene
from alerts.rings import Row
from alerts.rules import Rule
from alerts.states import State, read_state, write_state
from config.read import read_city, read_words
from tests.alerts.made import MINUTE, course, rule, saw, window
from tests.alerts.made_alerts import alert

KEEP = {"keep_firing_for": "20m"}
CITY = read_city("xining")


def run(made: Rule, values: list[float], **given: Any) -> State:
    """The state after one reading a minute."""
    looks = [(n * MINUTE, [saw(made, value, n * MINUTE, said=(value,), **given)]) for n, value in enumerate(values)]
    return course(made, looks)[0]["a"]


def word(state: State) -> str:
    return state.witness.word if state.witness else ""


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([45.0], "single"),
        ([45.0, 45.0], "confirmed"),
        ([45.0, 5.0], "denied"),
        ([45.0, 5.0, 41.0], "confirmed"),
        ([15.0, 15.0, 45.0], "single"),  # blue is sure, red is not
        ([45.0, 39.9], "denied"),
        ([45.0, 5.0, 5.0, 5.0], "denied"),
    ],
)
def test_a_level_stands_on_one_reading_until_another_comes(values: list[float], told: str) -> None:
    assert word(run(rule(**KEEP), values)) == told


def test_the_readings_are_named_by_their_times() -> None:
    assert run(rule(**KEEP), [45.0, 5.0, 42.0]).witness == Witness("a", 0, confirmed=2 * MINUTE, denied=MINUTE)


def test_a_look_without_a_new_reading_confirms_nothing() -> None:
    made = rule()
    looks = [(now, [saw(made, 45.0, 0, said=(45.0,))]) for now in (0, 1000, 2000)]
    assert word(course(made, looks)[0]["a"]) == "single"


def test_who_waited_for_its_for_and_heard_more_is_sure() -> None:
    assert word(run(rule(**{"for": "1m"}), [45.0, 45.0])) == "confirmed"


def test_a_level_of_a_sum_claims_nothing() -> None:
    made = rule()
    assert course(made, [(0, [saw(made, 45.0, 0)])])[0]["a"].witness is None


def test_below_as_above() -> None:
    made = rule(direction="below", levels={"blue": 5, "red": 2}, **KEEP)
    assert [word(run(made, values)) for values in ([1.0], [1.0, 1.5], [1.0, 3.0])] == ["single", "confirmed", "denied"]


def test_a_second_device_of_the_place_bears_it_out() -> None:
    made = rule(place={"kind": "district", "across": "max"})

    def look(at: int, **values: float) -> Observation:
        members = {device: Member(value, at, said=(value,)) for device, value in values.items()}
        worst = max(values, key=values.__getitem__)
        return Observation("a", at, values[worst], made.thresholds(None), members=members, device=worst)

    def after(*looks: Observation) -> State:
        return course(made, [(one.at, [one]) for one in looks])[0]["a"]

    assert word(after(look(0, x=45.0, y=3.0))) == "single"
    assert word(after(look(0, x=45.0, y=41.0))) == "confirmed"
    assert word(after(look(0, x=45.0, y=3.0), look(MINUTE, x=44.0, y=3.0))) == "confirmed"


def test_several_readings_that_came_at_once_are_several() -> None:
    row = Row("a", 100 * MINUTE, 45.0, 127.0, 42.3, 45.0, 41.0, 3, 36.6, 101.7, 617_700_169_958_293_503, "630102")
    for lowest, told in ((41.0, "confirmed"), (12.0, "single")):
        rows = {("level", 10 * MINUTE): window(row._replace(min=lowest))}
        seen = gather.readings(rule(), rows, Scene(CITY, 100 * MINUTE))
        assert word(course(rule(), [(100 * MINUTE, seen)])[0]["a"]) == told


@pytest.mark.parametrize(
    ("measure", "said"), [("last", (45.0,)), ("max", (45.0,)), ("min", ()), ("sum", ()), ("avg", ())]
)
def test_only_levels_that_look_at_readings_themselves(measure: str, said: tuple[float, ...]) -> None:
    made = rule(watch={"metric": "level", "measure": measure, "window": "10m"})
    row = Row("a", 100 * MINUTE, *(45.0,) * 5, 1, 36.6, 101.7, 617_700_169_958_293_503, "630102")
    (seen,) = gather.readings(made, {("level", 10 * MINUTE): window(row)}, Scene(CITY, 100 * MINUTE))
    assert seen.said == said


def test_a_restart_remembers_it() -> None:
    state = run(rule(**KEEP), [45.0, 5.0])
    assert read_state(write_state(state)) == state


def test_a_journal_of_before_is_read() -> None:
    text = write_state(run(rule(), [45.0])).replace(
        ',"witness":{"device":"a","at":0,"confirmed":null,"denied":null}', ""
    )
    assert "witness" not in text
    assert read_state(text).witness is None


def test_the_transition_that_leaves_a_level_says_how_sure_it_was() -> None:
    made = rule(keep_firing_for="1m")
    told = course(made, [(n * MINUTE, [saw(made, v, n * MINUTE, said=(v,))]) for n, v in enumerate([45.0, 5.0, 5.0])])[
        1
    ]
    assert [(one.after, one.detail.get("witness"), one.detail.get("left")) for one in told] == [
        ("red", "single", None),
        ("clear", "denied", "denied"),
    ]


def test_the_sentence_says_it_until_it_is_confirmed() -> None:
    one = Witness("a", 1_784_600_000_000)
    zh, en = read_words("zh-CN"), read_words("en")

    def told(witness: Witness | None, words: Any) -> str:
        return sentence(replace(alert("made"), witness=witness), rule(), words, CITY)

    assert "；仅凭 10:13:20 的一次读数，尚待下一次读数证实" in told(one, zh)
    assert "on ONE reading (10:13:20), not yet confirmed" in told(one, en)
    denied = replace(one, denied=one.at + MINUTE)
    assert "10:14:20 的读数未能证实" in told(denied, zh)
    assert "that of 10:14:20 does not confirm" in told(denied, en)
    assert told(replace(denied, confirmed=one.at + 2 * MINUTE), zh) == told(None, zh)
