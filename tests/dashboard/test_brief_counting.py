"""Counting cases and alerts of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.read import read_city
from dashboard.brief.counting import (
    CaseRow,
    Course,
    Span,
    Transition,
    acknowledgements,
    count_cases,
    courses,
    tally,
)
from dashboard.brief.facts import FutureDay, day_of, yesterday
from dashboard.brief.figures import Gap, seconds_between
from tests.dashboard.brief_day import OPEN, RED

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000
DAY = 24 * HOUR
SPAN = Span(start=10 * DAY, until=11 * DAY, before=9 * DAY, before_until=10 * DAY, soon=12 * DAY)
START = SPAN.start


def clock(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def case(**given: int | str) -> CaseRow:
    """Reported at one o'clock, due at ten, open."""
    row = CaseRow("c", "t", "k", "630102", "d", "processing", START + HOUR, START + 10 * HOUR, 0, 0)
    return replace(row, **given)  # type: ignore[arg-type]


ON_TIME = case(closed=START + 10 * HOUR)
LATE = case(closed=START + 11 * HOUR)


@pytest.mark.parametrize(
    ("row", "counts"),  # due, closed, on time, overdue
    [
        (ON_TIME, (1, 1, 1, 0)),
        (LATE, (1, 1, 0, 0)),
        (case(), (1, 0, 0, 1)),
        (case(stage="voided"), (0, 0, 0, 0)),
        (case(stage="suspended"), (0, 0, 0, 0)),
        (case(due=0), (0, 0, 0, 0)),
        (case(due=SPAN.until), (0, 0, 0, 0)),  # midnight belongs to the next day
        (case(due=SPAN.start), (1, 0, 0, 1)),
        (case(due=SPAN.start - 1), (0, 0, 0, 1)),
        (case(closed=START + 5 * HOUR, reopened=START + 6 * HOUR), (1, 0, 0, 1)),
        (case(closed=START + 7 * HOUR, reopened=START + 6 * HOUR), (1, 1, 1, 0)),
    ],
)
def test_what_counts(row: CaseRow, counts: tuple[int, int, int, int]) -> None:
    found = tally([row], SPAN)
    assert (found.due, found.closed, found.on_time, found.overdue) == counts


def test_rates_are_of_what_was_due() -> None:
    found = tally([ON_TIME, LATE, case(), case(due=0)], SPAN)
    assert found.closing_rate == pytest.approx(2 / 3)
    assert found.on_time_rate == pytest.approx(1 / 3)


def test_no_rate_when_nothing_was_due() -> None:
    found = tally([], SPAN)
    assert (found.closing_rate, found.on_time_rate) == (None, None)


def test_a_day_of_cases() -> None:
    rows = [
        ON_TIME,
        case(reported=SPAN.before + HOUR, due=SPAN.until + HOUR),
        case(due=START + HOUR, title="oldest"),
        case(due=0, category="other"),
    ]
    found = count_cases(rows, SPAN, True, clock)
    assert (found.total.reported, found.before, found.due_soon, found.without_due) == (3, 1, 1, 1)
    assert (len(found.hours), found.hours[1], sum(found.hours)) == (24, 3, 3)
    assert found.categories == (("k", 2), ("other", 1))
    assert [(one.title, one.late) for one in found.overdue] == [("oldest", 23 * 3600)]


def test_no_comparison_with_a_day_that_has_holes() -> None:
    assert count_cases([ON_TIME], SPAN, False, clock).before is None


instants = st.integers(SPAN.before, SPAN.soon)
rows = st.builds(
    case, reported=instants, due=st.one_of(st.just(0), instants), closed=st.one_of(st.just(0), instants),
    reopened=st.one_of(st.just(0), instants), stage=st.sampled_from(["processing", "closed", "voided", "suspended"]),
    district=st.sampled_from(["", "1", "2"]),
)  # fmt: skip


@given(st.lists(rows))
def test_districts_add_up_to_the_city(cases: list[CaseRow]) -> None:
    found = count_cases(cases, SPAN, True, clock)
    for field in ("reported", "due", "closed", "on_time", "overdue"):
        assert sum(getattr(one, field) for one in found.districts.values()) == getattr(found.total, field)
    assert found.total.on_time <= found.total.closed <= found.total.due


# -- alerts


def steps(*given: tuple[int, str, float | None]) -> list[Transition]:
    """(hours since the day began, state, value) of one alert of a rule that fires above 10."""
    return [Transition("a", "r", "p", START + hour * HOUR, state, value, 10.0, "1") for hour, state, value in given]


def only(transitions: list[Transition]) -> Course:
    (course,) = courses(transitions, START)
    return course


def test_an_alert_that_rose_and_cleared() -> None:
    found = only(steps((1, "pending", 11), (2, "yellow", 11), (3, "red", 40), (4, "blue", 12), (5, "clear", 3)))
    assert (found.worst, found.peak, found.stale) == ("red", 40, False)
    assert (found.opened, found.cleared) == (START + 2 * HOUR, START + 5 * HOUR)


def test_an_alert_carried_over_counts_with_the_level_it_had() -> None:
    found = only(steps((-30, "red", 90), (-3, "yellow", 20), (2, "clear", 3)))
    assert (found.worst, found.peak) == ("yellow", 20)
    assert found.opened == START - 30 * HOUR


def test_data_lost_keeps_it_open() -> None:
    found = only(steps((1, "yellow", 11), (2, "stale", None)))
    assert (found.worst, found.stale, found.cleared) == ("yellow", True, 0)


@pytest.mark.parametrize("states", [["pending", "clear"], ["pending"]])
def test_what_never_fired_is_no_warning(states: list[str]) -> None:
    assert courses(steps(*[(hour, state, 1.0) for hour, state in enumerate(states)]), START) == []


def test_what_cleared_before_the_day_is_not_of_it() -> None:
    assert courses(steps((-5, "red", 90), (-1, "clear", 3)), START) == []


def test_the_peak_of_a_rule_that_fires_below_is_its_lowest() -> None:
    assert only(steps((1, "blue", 9), (2, "red", 2), (3, "blue", 8))).peak == 2


def test_the_worst_comes_first_then_the_oldest() -> None:
    made = [replace(one, alert=alert) for alert, hour, state in (("x", 3, "blue"), ("y", 5, "red"), ("z", 1, "blue"))
            for one in steps((hour, state, 11))]  # fmt: skip
    assert [one.first.alert for one in courses(made, START)] == ["y", "z", "x"]


def test_acknowledgements_that_stand() -> None:
    found = acknowledgements(
        [("a", 1, "acknowledge", "w"), ("a", 2, "acknowledge", "l"), ("b", 1, "acknowledge", "w"),
         ("b", 2, "unacknowledge", "w"), ("c", 1, "acknowledge", "w"), ("c", 2, "unacknowledge", "w"),
         ("c", 3, "acknowledge", "l")]
    )  # fmt: skip
    assert found == {"a": (1, "w"), "c": (3, "l")}


@pytest.mark.parametrize(("left", "doubtful"), [("denied", True), ("single", True), ("confirmed", False), ("", False)])
def test_a_worst_level_that_nothing_bore_out_is_doubtful(left: str, doubtful: bool) -> None:
    risen, eased, over = steps((1, "red", 40), (2, "blue", 12), (3, "clear", 3))
    assert only([risen, replace(eased, left=left), replace(over, left="confirmed")]).doubtful is doubtful


def test_what_passed_in_the_night_in_which_the_clocks_go_back() -> None:
    """In Berlin it is 02:50 on 25 October 2026, and 02:10 twenty minutes later."""
    opened, taken = (datetime(2026, 10, 25, *clock, tzinfo=UTC).astimezone(BERLIN) for clock in ((0, 50), (1, 10)))
    assert replace(RED, opened=opened, acknowledged=taken).taken == 20 * 60
    assert Gap("rain", opened, taken + timedelta(hours=1)).seconds == 80 * 60
    assert OPEN.taken is None


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (ZoneInfo("Asia/Kolkata"), date(2028, 2, 29), 24),
    ],
)
def test_a_day_has_the_hours_of_its_zone(zone: ZoneInfo, day: date, hours: int) -> None:
    city = read_city("xining").model_copy(update={"timezone": zone.key})
    begun = datetime(day.year, day.month, day.day, tzinfo=zone)
    with pytest.raises(FutureDay):
        day_of(day, city, begun.astimezone(UTC) - timedelta(seconds=1))
    first, last = day_of(day, city, begun.astimezone(UTC)), day_of(day, city, begun + timedelta(days=3))
    assert (first.until, last.whole) == (begun, True)
    assert seconds_between(last.start, last.end) == hours * 3600
    assert yesterday(zone, last.end.astimezone(UTC)) == day
    assert yesterday(zone, last.end.astimezone(UTC) - timedelta(seconds=1)) == day - timedelta(days=1)
