"""The journal on a real ClickHouse: what is appended is what is read."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from alerts import journal
from alerts.alert import Spot, Transition, instant, milliseconds
from alerts.engine import States
from alerts.standing import BACK, WHOLE, Standing
from tests.alerts.made import MINUTE, course, line, rule, saw
from tests.contract.city_part import Town, town

__all__ = ["town"]

pytestmark = pytest.mark.contract

START = 1_780_000_000_000


def journaled(town: Town, values: list[float | None], place: str = "a", **given: object) -> States:
    """A course of one place, in the journal."""
    made = rule(**given)
    looks = [
        (START + now, [saw(made, one.value, START + now, place, spot=Spot(36.6, 101.7, 5, "630102")) for one in seen])
        for now, seen in line(made, values)
    ]
    states, told = course(made, looks)
    journal.append(town.database, told)
    return states


def test_states_come_back_as_they_were(town: Town) -> None:
    states = journaled(town, [12.0, 25.0])
    assert journal.load_states(town.database) == {"made": states}


def test_what_cleared_is_not_loaded(town: Town) -> None:
    journaled(town, [12.0, 5.0])
    assert journal.load_states(town.database) == {}


def test_the_newer_memory_counts(town: Town) -> None:
    states = journaled(town, [12.0], keep_firing_for="9m")
    later, _ = course(rule(keep_firing_for="9m"), [(START + MINUTE, [saw(rule(), 5.0, START + MINUTE)])], states)
    journal.remember(town.database, [("made", "a", later["a"])], START + MINUTE)
    assert journal.load_states(town.database) == {"made": later}
    (alert,) = journal.open_alerts(town.database, instant(START + MINUTE))
    assert (alert.value, alert.latest, alert.peak) == (12.0, 5.0, 12.0)


def test_an_old_memory_does_not_bring_back_what_cleared(town: Town) -> None:
    states = journaled(town, [12.0])
    journal.remember(town.database, [("made", "a", states["a"])], START + 1)
    _, told = course(rule(), [(START + MINUTE, [saw(rule(), 5.0, START + MINUTE)])], states)
    journal.append(town.database, told)
    assert journal.load_states(town.database) == {}
    assert journal.open_alerts(town.database, instant(START + MINUTE)) == ()


def test_open_alerts_worst_first(town: Town) -> None:
    journaled(town, [12.0], "mild")
    journaled(town, [None, 45.0], "young")
    journaled(town, [45.0], "old")
    journaled(town, [12.0, 5.0], "gone")
    journaled(town, [12.0], "waiting", **{"for": "5m"})
    found = journal.open_alerts(town.database, instant(START + 5 * MINUTE))
    assert [(alert.place, alert.level) for alert in found] == [("old", "red"), ("young", "red"), ("mild", "blue")]
    assert found[0].since == instant(START)
    assert (found[0].lat, found[0].cell, found[0].district) == (36.6, 5, "630102")


def test_open_alerts_of_an_earlier_moment(town: Town) -> None:
    journaled(town, [12.0, 45.0, 5.0])
    (alert,) = journal.open_alerts(town.database, instant(START + 30_000))
    assert alert.state == "blue"


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_is_what_all_of_the_journal_says(town: Town, seed: int) -> None:
    """At each look, whatever opened, rose and cleared since; some of it stored a minute after the look at its time."""
    random, looks = Random(seed), Standing(town.database)
    late: dict[str, list[Transition]] = {place: [] for place in "abcdef"}
    told = {place: steps_of(place, random) for place in late}
    for now in range(START, START + 40 * MINUTE, 2 * MINUTE):
        for place, steps in told.items():
            journal.append(town.database, late[place])
            due = [one for one in steps if now - 2 * MINUTE < one.at <= now]
            late[place] = due if random.random() < 0.3 else []
            journal.append(town.database, [] if late[place] else due)
        assert looks.look(instant(now)) == journal.open_alerts(town.database, instant(now))


def steps_of(place: str, random: Random) -> list[Transition]:
    made, values = rule(), [random.choice([5.0, 12.0, 25.0, 45.0]) for _ in range(40)]
    looks = [
        (START + now, [saw(made, one.value, START + now, place) for one in seen]) for now, seen in line(made, values)
    ]
    return course(made, looks)[1]


def test_what_has_been_open_for_months_still_stands(town: Town) -> None:
    journaled(town, [45.0], "old")
    later, looks = instant(START) + timedelta(days=100), Standing(town.database)
    for second in range(3):
        (alert,) = looks.look(later + timedelta(seconds=second))
        assert (alert.place, alert.since) == ("old", instant(START))


def test_only_the_end_of_the_journal_is_read_each_second(town: Town) -> None:
    later, looks = instant(START) + 2 * BACK, Standing(town.database)
    assert looks.look(later) == ()
    journaled(town, [45.0])
    assert looks.look(later + WHOLE - timedelta(seconds=1)) == ()
    assert len(looks.look(later + WHOLE)) == 1
    assert len(looks.look(instant(START))) == 1, "a clock that went back"


def test_stale_keeps_its_level(town: Town) -> None:
    journaled(town, [45.0, *[None] * 8])
    (alert,) = journal.open_alerts(town.database, instant(START + 60 * MINUTE))
    assert (alert.state, alert.level, alert.observed, alert.threshold) == ("stale", "red", instant(START), 40)


def test_actions_are_appended_and_read(town: Town) -> None:
    journaled(town, [45.0])
    (alert,) = journal.open_alerts(town.database, instant(START))
    assert alert.acknowledged is None
    for turn, (kind, text) in enumerate([("acknowledge", ""), ("note", " 已派泵车 "), ("unacknowledge", "")]):
        journal.act(town.database, alert.id, kind, "甲值班", text, instant(START + 1 + turn))
    at_two, at_three = (journal.open_alerts(town.database, instant(START + n))[0] for n in (2, 3))
    assert at_two.acknowledged is not None
    assert at_two.acknowledged.actor == "甲值班"
    assert at_three.acknowledged is None
    assert [one.text for one in journal.actions(town.database, alert.id)] == ["", "已派泵车", ""]


def test_an_action_of_one_name_counts_once(town: Town) -> None:
    """Given up by who asked, stored all the same; asked for again, stored again."""
    journaled(town, [45.0])
    (alert,) = journal.open_alerts(town.database, instant(START))
    for minute, name in ((0, "pressed"), (1, "pressed"), (2, "another")):
        journal.act(town.database, alert.id, "note", "甲值班", "已派泵车", instant(START + minute * MINUTE), name)
    kept = [START, START + 2 * MINUTE]
    assert [milliseconds(one.at) for one in journal.actions(town.database, alert.id)] == kept
    (alert,) = journal.open_alerts(town.database, instant(START + 3 * MINUTE))
    assert [milliseconds(one.at) for one in alert.actions] == kept


def test_an_acknowledgement_is_of_one_opening(town: Town) -> None:
    journaled(town, [45.0])
    (first,) = journal.open_alerts(town.database, instant(START))
    journal.act(town.database, first.id, "acknowledge", "A", "", instant(START + 1))
    journaled(town, [None, None, 45.0])
    (second,) = journal.open_alerts(town.database, instant(START + 2 * MINUTE))
    assert second.id != first.id
    assert second.acknowledged is None


def test_actions_that_cannot_be(town: Town) -> None:
    journaled(town, [45.0])
    (alert,) = journal.open_alerts(town.database, instant(START))
    now = instant(START)
    with pytest.raises(journal.UnknownAlert, match="no alert has the id 'abc'"):
        journal.act(town.database, "abc", "acknowledge", "A", "", now)
    with pytest.raises(journal.ActionRefused, match="'close' is no action"):
        journal.act(town.database, alert.id, "close", "A", "", now)
    with pytest.raises(journal.ActionRefused, match="name of who"):
        journal.act(town.database, alert.id, "acknowledge", " ", "", now)
    with pytest.raises(journal.ActionRefused, match="needs words"):
        journal.act(town.database, alert.id, "note", "A", "\n", now)
    assert journal.actions(town.database, alert.id) == ()


def test_history_of_alert_and_place(town: Town) -> None:
    journaled(town, [12.0, 45.0, 5.0])
    before = instant(START) - timedelta(seconds=1)
    told = journal.history(town.database, "a", before)
    assert [one.after for one in told] == ["blue", "red", "clear"]
    assert journal.history(town.database, told[0].alert, before) == told
    assert journal.history(town.database, "", before) == told
    assert journal.history(town.database, "elsewhere", before) == ()
    assert journal.history(town.database, "a", instant(START + MINUTE)) == told[2:]
    assert told[1].value == 45.0
    assert told[1].spot == Spot(36.6, 101.7, 5, "630102")


def test_a_page_of_history_ends_with_a_whole_moment(town: Town) -> None:
    for place in "abc":
        journaled(town, [12.0, 45.0, 5.0], place)
    whole = journal.history(town.database, "", instant(0))
    assert [one.place for one in whole] == list("abcabcabc")
    assert journal.history(town.database, "", instant(0), 3) == whole[:3]
    first = journal.history(town.database, "", instant(0), 4)
    assert first == whole[:6], "the fifth and sixth are of the fourth's moment"
    assert journal.history(town.database, "", instant(first[-1].at), 4) == whole[6:]


def test_the_same_rows_twice_change_nothing(town: Town) -> None:
    journaled(town, [12.0, 45.0])
    journaled(town, [12.0, 45.0])
    assert len(journal.open_alerts(town.database, instant(START + MINUTE))) == 1


def test_the_life_of_an_alert_is_whole_while_it_is_open_and_for_a_month_after(town: Town) -> None:
    """What it told first must be known when it ends, months later: messages refer to those before them."""
    journaled(town, [12.0, 45.0])
    journaled(town, [12.0, 5.0], "gone")
    (alert,) = journal.open_alerts(town.database, instant(START + MINUTE))
    over = journal.history(town.database, "gone", instant(0))[0].alert
    later = instant(START + MINUTE) + timedelta(days=200)
    assert [one.after for one in journal.life(town.database, alert.id, later)] == ["blue", "red"]
    assert [one.after for one in journal.life(town.database, over, later - timedelta(days=171))] == ["blue", "clear"]
    assert journal.life(town.database, over, later) == ()
    assert journal.life(town.database, "a", later) == (), "a place is no alert"
