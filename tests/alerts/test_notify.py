"""Who is told what, when: a course of alerts over time, each notice with its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.alert import Action, Alert
from alerts.notify import City, Group, Notice, Said, decide
from alerts.quiet import Verdict
from alerts.receivers import Notices
from config.load import load
from config.settings import ROOT
from tests.alerts.made_alerts import BOOK, NOW, alert, quiet

FILE = {"kind": "file", "path": "/nowhere"}
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def notices(*receivers: dict[str, Any], **given: Any) -> Notices:
    found = [{"channel": FILE, "key": "duty", **one} for one in receivers or ({},)]
    return Notices.model_validate({"receivers": found, **given})


class Room:
    """A duty room over time: what was said so far, and what is said next."""

    def __init__(self, config: Notices | None = None) -> None:
        self.config = config or notices()
        self.said: dict[Group, Said] = {}

    def tell(self, alerts: Sequence[Alert], at: datetime, **verdicts: Verdict) -> list[Notice]:
        named = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
        found = decide(self.config, City(alerts, BOOK, named, self.said), at)
        self.said |= {one.group: Said(one.id, one.at, one.alerts) for one in found}
        return found

    def kinds(self, alerts: Sequence[Alert], at: datetime, **verdicts: Verdict) -> list[str]:
        return [one.kind for one in self.tell(alerts, at, **verdicts)]


def fresh(name: str = "storm", level: str = "yellow", age: timedelta = timedelta(0), **given: Any) -> Alert:
    return alert(name, level, since=NOW - age, **given)


def test_the_file_of_the_configuration_tells_nobody() -> None:
    found = load(Path(ROOT / "config" / "notices.yaml"), Notices)
    assert found.receivers == ()
    assert found == Notices(), "the file says what the defaults are"
    assert decide(found, City([alert()], BOOK), NOW) == []


def test_a_group_waits_ten_seconds_for_others_and_is_told_once() -> None:
    room, first = Room(), fresh()
    assert room.kinds([first], NOW + 9 * SECOND) == []
    found = room.tell([first, fresh(place="b")], NOW + 10 * SECOND)
    assert [(one.kind, one.opened, one.reason) for one in found] == [
        ("opened", ("storm-a", "storm-b"), "2 opened"),
    ]
    assert room.kinds([first, fresh(place="b")], NOW + 11 * SECOND) == []


def test_groups_are_of_a_district_and_a_scenario() -> None:
    alerts = [alert(), alert("hour"), alert(place="b", district="630103"), alert("other")]
    groups = [one.group[2:] for one in Room().tell(alerts, NOW)]
    assert groups == [("630102", "emergency"), ("630102", "urban"), ("630103", "emergency")]


def test_escalation_is_told_at_once_and_once() -> None:
    room = Room()
    assert room.kinds([alert()], NOW) == ["opened"]
    assert room.kinds([alert(level="orange")], NOW + SECOND) == ["escalated"]
    assert room.kinds([alert(level="blue")], NOW + 2 * SECOND) == []
    assert room.kinds([alert(level="orange")], NOW + 3 * SECOND) == [], "as bad as was told already"
    assert room.kinds([alert(level="orange"), alert("hour", "red")], NOW + 4 * SECOND) == ["escalated"]
    both = [alert(level="orange"), alert("hour", "red"), alert("minute", "red")]
    assert room.kinds(both, NOW + 5 * SECOND) == ["escalated"], "another red one does not wait"


def test_a_red_one_that_flaps_waits_like_the_others() -> None:
    room = Room()
    assert room.kinds([alert(level="red")], NOW) == ["opened"]
    flaps = Verdict(since=NOW, opened=5)
    both = [alert(level="red"), alert("minute", "red")]
    assert room.kinds(both, NOW + SECOND, minute_a=flaps) == []
    assert room.kinds(both, NOW + 5 * MINUTE, minute_a=flaps) == ["opened"]


def test_what_opens_later_waits_for_the_interval() -> None:
    room, both = Room(), [alert(), alert("hour")]
    assert room.kinds([alert()], NOW) == ["opened"]
    assert room.kinds(both, NOW + 5 * MINUTE - SECOND) == []
    found = room.tell(both, NOW + 5 * MINUTE)
    assert [(one.kind, one.opened) for one in found] == [("opened", ("hour-a",))]


def test_what_clears_is_told_to_those_who_knew() -> None:
    room = Room()
    assert room.kinds([], NOW) == []
    room.tell([alert(), alert("hour")], NOW)
    assert room.kinds([alert()], NOW + MINUTE) == []
    found = room.tell([alert()], NOW + 5 * MINUTE)
    assert [(one.kind, one.resolved, dict(one.alerts)) for one in found] == [
        ("resolved", ("hour-a",), {"storm-a": "yellow"})
    ]
    assert room.kinds([], NOW + 10 * MINUTE) == ["resolved"]
    assert room.kinds([], NOW + 24 * HOUR) == []


def test_an_open_alert_is_repeated_until_somebody_acknowledges() -> None:
    room = Room()
    room.tell([alert()], NOW)
    assert room.kinds([alert()], NOW + 4 * HOUR - SECOND) == []
    assert room.kinds([alert()], NOW + 4 * HOUR) == ["repeat"]
    taken = alert(actions=(Action(NOW, "acknowledge", "李"),))
    assert room.kinds([taken], NOW + 9 * HOUR) == []


def test_what_is_hidden_is_neither_told_nor_said_to_be_over() -> None:
    room, hidden = Room(), Verdict("silence", quiet())
    assert room.kinds([alert()], NOW, storm_a=hidden) == []
    room.tell([alert()], NOW)
    assert room.kinds([alert()], NOW + HOUR, storm_a=hidden) == []
    assert room.kinds([alert()], NOW + 9 * HOUR, storm_a=hidden) == [], "no repeat while it is silenced"
    assert room.kinds([], NOW + 10 * HOUR) == ["resolved"]


def test_what_outlives_its_silence_is_told() -> None:
    room = Room()
    assert room.kinds([alert()], NOW, storm_a=Verdict("silence", quiet())) == []
    assert room.kinds([alert()], quiet().ends) == ["opened"]


def test_a_receiver_hears_what_it_asked_for() -> None:
    room = Room(notices({"level": "orange", "scenarios": ["emergency"], "districts": ["630102"]}))
    assert room.kinds([alert(), alert("other", "red"), alert("hour", "red", district="630103")], NOW) == []
    assert room.kinds([alert(level="orange")], NOW) == ["opened"]


def test_the_ladder_is_climbed_when_nobody_acknowledges() -> None:
    ladder = [{"after": "10m", "to": ["chief"]}, {"after": "30m", "level": "red", "to": ["mayor"]}]
    room = Room(notices({"key": "duty"}, {"key": "chief"}, {"key": "mayor"}, ladder=ladder))
    red = alert(level="red", since=NOW)
    told = [(m, one.group.receiver, one.kind) for m in (1, 9, 10, 29, 30) for one in room.tell([red], NOW + m * MINUTE)]
    assert told == [(1, "duty", "opened"), (10, "chief", "unacknowledged"), (30, "mayor", "unacknowledged")]


def test_an_acknowledgement_stops_the_climb_and_its_withdrawal_starts_it_anew() -> None:
    config = notices({"key": "chief"}, ladder=[{"after": "10m", "to": ["chief"]}])
    taken = Action(NOW + 5 * MINUTE, "acknowledge", "李")
    back = Action(NOW + 20 * MINUTE, "unacknowledge", "李")
    red, room = alert(level="red", since=NOW), Room(config)
    assert room.kinds([replace(red, actions=(taken,))], NOW + 15 * MINUTE) == []
    assert room.kinds([replace(red, actions=(taken, back))], NOW + 29 * MINUTE) == []
    assert room.kinds([replace(red, actions=(taken, back))], NOW + 30 * MINUTE) == ["unacknowledged"]


def test_the_same_decision_has_the_same_id_and_the_next_another() -> None:
    city = City([alert(), alert("hour")], BOOK)
    first, again = (
        decide(notices(), city, NOW),
        decide(notices(), replace(city, alerts=city.alerts[::-1]), NOW + SECOND),
    )
    assert [one.id for one in first] == [one.id for one in again]
    room = Room()
    ids = [one.id for hours in (0, 4, 8) for one in room.tell([alert()], NOW + hours * HOUR)]
    assert len(set(ids)) == 3


def test_a_restart_repeats_nothing() -> None:
    room, alerts = Room(), [alert(), alert("other")]
    room.tell(alerts, NOW)
    later = Room()
    later.said = dict(room.said)
    assert later.kinds(alerts, NOW + SECOND) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"receivers": [{"key": "a", "channel": FILE}] * 2}, "one key"),
        ({"ladder": [{"after": "1m", "to": ["nobody"]}]}, "no such receiver"),
        ({"receivers": [{"key": "a", "channel": {"kind": "pigeon"}}]}, "pigeon"),
        ({"receivers": [{"key": "a", "channel": FILE, "levels": ["red"]}]}, "levels"),
        ({"receivers": [{"key": "a", "channel": FILE, "language": "fr"}]}, "fr"),
        (
            {
                "receivers": [{"key": "a", "channel": FILE}],
                "ladder": [{"after": "2m", "to": ["a"]}, {"after": "1m", "to": ["a"]}],
            },
            "longer",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Notices.model_validate(given)
