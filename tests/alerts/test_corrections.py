"""What late data changes in what was told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.alert import alert_id
from alerts.corrections import Correction, Finding, Histories, Lateness, findings, in_force, missed
from alerts.episodes import Episode, clusters, episodes, standing, whole
from alerts.states import Timer
from tests.alerts.made import MINUTE, course, line, rule

SLACK = 5 * MINUTE
HOUR = 60 * MINUTE
RED = Episode("red", HOUR, 2 * HOUR, 44.0)
TOLD = replace(RED, alerts=("abc",))
LATE = Lateness("iot", 3, "a", 1, HOUR)


def found(now: list[Episode], told: list[Episode], without: list[Episode] | None = None) -> list[Finding]:
    return findings(Histories(now, told if without is None else without, told), SLACK)


def correction(now: Episode | None, told: Episode | None, at: int = 9 * HOUR, previous: str = "") -> Correction:
    return Correction(at, HOUR, "made", "v", "a", "missed", now, told, LATE, previous)


@pytest.mark.parametrize(
    ("now", "told", "verdict"),
    [
        ([RED], [], "missed"),
        ([], [TOLD], "never"),
        ([RED], [replace(TOLD, level="blue")], "higher"),
        ([replace(RED, level="blue")], [TOLD], "lower"),
        ([replace(RED, since=0)], [TOLD], "times"),
        ([replace(RED, until=None)], [TOLD], "times"),
        ([RED], [replace(TOLD, until=None)], "times"),
    ],
)
def test_what_differs_is_said(now: list[Episode], told: list[Episode], verdict: str) -> None:
    (one,) = found(now, told)
    assert (one.verdict, one.now, one.told) == (verdict, now[0] if now else None, told[0] if told else None)


def test_a_few_minutes_are_the_same_time() -> None:
    assert found([replace(RED, since=RED.since + SLACK, until=2 * HOUR - SLACK)], [TOLD], []) == []
    assert len(found([replace(RED, since=RED.since + SLACK + 1)], [TOLD], [])) == 1


def test_what_was_so_without_the_late_data_is_not_its_doing() -> None:
    assert found([RED], [], [RED]) == []


def test_several_alerts_of_one_time_are_corrected_together() -> None:
    first, second = replace(TOLD, until=HOUR + MINUTE), replace(TOLD, since=2 * HOUR - MINUTE, alerts=("def",))
    (one,) = found([replace(RED, until=3 * HOUR)], [first, second])
    assert one.told == replace(TOLD, alerts=("abc", "def"))
    assert one.verdict == "times"


def test_times_far_apart_are_corrected_each() -> None:
    later = replace(RED, since=8 * HOUR, until=9 * HOUR)
    assert [one.now for one in found([RED, later], [])] == [RED, later]


def test_the_same_is_not_said_again() -> None:
    said = correction(RED, None)
    assert findings(Histories([RED], [], [], [said]), SLACK) == []


def test_more_late_data_takes_the_place_of_what_was_said() -> None:
    said, longer = correction(RED, None), replace(RED, until=3 * HOUR)
    (one,) = findings(Histories([longer], [RED], [], [said]), SLACK)
    assert (one.verdict, one.now, one.previous) == ("missed", longer, said.id)


def test_a_correction_can_be_taken_back() -> None:
    said = correction(RED, None)
    (one,) = findings(Histories([], [RED], [], [said]), SLACK)
    assert (one.verdict, one.now, one.told, one.previous) == ("as_told", None, None, said.id)
    back = Correction(10 * HOUR, one.at, "made", "v", "a", one.verdict, None, None, LATE, one.previous)
    assert findings(Histories([], [RED], [], [said, back]), SLACK) == []
    assert in_force([said, back]) == (back,)


def test_an_id_names_what_is_said_and_not_when() -> None:
    assert correction(RED, None).id == correction(RED, None, at=10 * HOUR).id
    assert correction(RED, None).id != correction(replace(RED, level="blue"), None).id


def test_what_was_replaced_is_not_in_force() -> None:
    first = correction(RED, None)
    second = correction(replace(RED, until=3 * HOUR), None, 10 * HOUR, first.id)
    assert in_force([second, first, replace(first, found=11 * HOUR)]) == (second,)


def test_episodes_of_a_course() -> None:
    made = rule()
    _, told = course(made, line(made, [5, 12, 41, 5, 5, 25]))
    one, two = episodes(told)
    assert (one.level, one.since, one.until, one.peak) == ("red", MINUTE, 3 * MINUTE, 41)
    assert (two.level, two.since, two.until, two.peak) == ("yellow", 5 * MINUTE, None, 25)
    assert one.alerts == (told[0].alert,)


def test_an_episode_goes_on_while_data_is_missing() -> None:
    made = rule()
    states, told = course(made, line(made, [12, *[None] * 7, 5]))
    (one,) = episodes(told)
    assert [step.after for step in told] == ["blue", "stale", "clear"]
    assert (one.level, one.since, one.until) == ("blue", 0, 8 * MINUTE)
    assert states == {}


def test_what_stood_before_goes_on() -> None:
    made = rule()
    states, told = course(made, line(made, [12]))
    _, more = course(made, [(look[0] + MINUTE, look[1]) for look in line(made, [5])], states)
    before = standing("made", "a", states["a"])
    assert before is not None
    assert episodes(more, before) == [replace(before, until=MINUTE)]
    assert before.alerts == (told[0].alert,)
    assert standing("made", "a", replace(states["a"], name="pending", timers={"blue": Timer(0)})) is None


def test_the_whole_of_a_rule_that_fires_below_is_its_least() -> None:
    low = [replace(RED, peak=3.0), replace(RED, peak=2.0, level="blue", until=None)]
    assert whole(low, -1) == replace(RED, peak=2.0, until=None)
    assert whole([], -1) is None


def test_clusters_are_what_meets() -> None:
    apart = replace(RED, since=2 * HOUR + SLACK + 1, until=None)
    assert len(clusters([apart, RED], SLACK)) == 2
    assert [(one.since, one.until) for one in clusters([apart, RED], SLACK + 1)] == [(HOUR, None)]


def test_a_missed_alert_has_an_id_that_stays() -> None:
    (first,) = findings(Histories([RED], [], [], []), SLACK)
    name = missed("made", "a", first)
    assert name == alert_id("made", "a", RED.since)
    said = replace(correction(RED, None), missed=name)
    (longer,) = findings(Histories([replace(RED, since=RED.since - HOUR)], [RED], [], [said]), SLACK)
    assert longer.previous == said.id
    assert missed("made", "a", longer) == name, "more late data moves its times and not its name"
    (told,) = findings(Histories([RED], [], [replace(RED, level="blue", alerts=("b",))], []), SLACK)
    assert missed("made", "a", told) == ""
    assert (said.named, replace(correction(RED, RED)).named) == ((name,), RED.alerts)
