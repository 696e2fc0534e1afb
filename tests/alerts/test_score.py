"""Alerts a day, false alarms, what was missed, lead: of transitions made by hand."""

from __future__ import annotations

from alerts.alert import NOWHERE, Transition
from alerts.score import DAY, Label, openings, score

HOUR = 3_600_000


def to(hour: float, after: str, rule: str = "r", place: str = "a") -> Transition:
    at = round(hour * HOUR)
    return Transition(at, rule, "v", place, "", "", after, "", None, None, None, NOWHERE, {})


STORM = [to(1, "pending"), to(2, "blue"), to(3, "orange"), to(4, "stale"), to(5, "orange"), to(6, "clear")]


def test_an_alert_is_from_its_first_level_until_it_clears() -> None:
    found, unsaid = openings([*STORM, to(7, "pending"), to(8, "clear"), to(9, "red", place="b")])
    assert [(one.place, one.fired, one.ended, one.worst, one.stale) for one in found] == [
        ("a", 2 * HOUR, 6 * HOUR, "orange", True),
        ("b", 9 * HOUR, None, "red", False),
    ]
    assert unsaid == {"r": 1}


def test_counts_without_labels() -> None:
    found = score([*STORM, to(7, "pending"), to(8, "clear")], ["r", "quiet"], (0, 2 * DAY), None)
    assert (found["alerts"], found["alerts_per_day"], found["false_alarms"], found["missed"]) == (1, 0.5, None, None)
    mine = found["rules"]["r"]
    assert (mine["worst"], mine["pending_only"], mine["stale"], mine["open_at_end"]) == ({"orange": 1}, 1, 1, 0)
    assert mine["ahead_s"] == {"orange": {"n": 1, "least": 3600.0, "median": 3600.0, "most": 3600.0}}
    assert found["rules"]["quiet"]["alerts"] == 0


def scored(*labels: Label) -> tuple[int, int, dict[str, float] | None]:
    found = score(STORM, ["r"], (0, DAY), labels)
    return found["false_alarms"], found["missed"], found["rules"]["r"]["lead_s"]


def test_an_alert_within_a_label_is_none_too_many() -> None:
    once = {"n": 1, "least": 1800.0, "median": 1800.0, "most": 1800.0}
    assert scored(Label(round(2.5 * HOUR), 5 * HOUR)) == (0, 0, once)
    assert scored(Label(round(2.5 * HOUR), 5 * HOUR, "r", "a")) == (0, 0, once)


def test_too_late_is_less_than_no_lead() -> None:
    assert scored(Label(HOUR, 5 * HOUR))[2] == {"n": 1, "least": -3600.0, "median": -3600.0, "most": -3600.0}


def test_elsewhere_or_another_time_is_a_false_alarm_and_a_miss() -> None:
    for label in (Label(HOUR, 5 * HOUR, "other"), Label(HOUR, 5 * HOUR, "r", "b"), Label(7 * HOUR, 8 * HOUR)):
        assert scored(label) == (1, 1, None)


def test_no_labels_at_all_make_every_alarm_false() -> None:
    assert scored() == (1, 0, None)
