from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from functools import cache

from streams.records import CaseStep
from streams.world.cases import initials
from streams.world.devices import MINUTE_MS
from streams.world.storm import OVER
from streams.world.weather import DAY_MS
from tests.streams.world.made import ANCHOR, BEIJING, HOUR_MS, items, xining

LATER = ANCHOR + 12 * DAY_MS


@cache
def _steps() -> list[CaseStep]:
    found = items(xining().cases.steps(ANCHOR - 9 * DAY_MS, LATER), LATER)
    return [one for one in found if isinstance(one, CaseStep)]


def _by_case() -> dict[str, list[CaseStep]]:
    cases: dict[str, list[CaseStep]] = {}
    for one in _steps():
        cases.setdefault(one.case, []).append(one)
    return cases


def _called(case: str) -> bool:
    """Is it one of the storm's, numbered from 5000?"""
    return int(case[-4:]) >= 5000


def test_about_four_hundred_cases_a_day() -> None:
    days = Counter(case[2:10] for case in _by_case() if not _called(case))
    whole = [days[day] for day in sorted(days)[1:-1]]
    assert len(whole) > 15
    assert all(340 <= count <= 460 for count in whole)
    assert 390 <= sum(whole) / len(whole) <= 410


def test_numbers_are_of_the_day_and_in_order() -> None:
    cases = [(steps[0].at, case) for case, steps in _by_case().items() if not _called(case)]
    for at, case in cases:
        assert re.fullmatch(r"XN\d{8}-\d{4}", case)
        assert case[2:10] == f"{datetime.fromtimestamp(at / 1000, BEIJING):%Y%m%d}"
    assert [case for _, case in sorted(cases)] == sorted(case for _, case in cases)


def test_published_rates_come_out() -> None:
    """A real bulletin says 93.72 % closed and 75.82 % on time of those whose deadline fell into the month."""
    due = {
        case: steps
        for case, steps in _by_case().items()
        if steps[-1].due and ANCHOR - 2 * DAY_MS < steps[-1].due < ANCHOR + 5 * DAY_MS
    }
    closed = {
        case: next((one for one in steps if one.stage == "closed" and one.at < ANCHOR + 6 * DAY_MS), None)
        for case, steps in due.items()
    }
    on_time = [one for one in closed.values() if one and one.due and one.at <= one.due]
    assert 0.92 < sum(one is not None for one in closed.values()) / len(due) < 0.965
    assert 0.74 < len(on_time) / len(due) < 0.79


def test_every_detour_is_taken_by_some() -> None:
    stages = Counter(one.stage for one in _steps())
    assert set(stages) >= {"voided", "returned", "reworked", "extended", "suspended", "supervised"}
    assert all(
        0.005 < stages[one] / stages["reported"] < 0.12
        for one in ("voided", "returned", "reworked", "extended", "suspended")
    )


def test_a_step_tells_what_is_known_and_nobody_s_name() -> None:
    for one in _steps():
        assert one.contact == ""
        assert one.text == ""
        assert one.title
        assert one.category
        assert one.channel in {"12345", "网格", "视频", "微信"}
        assert one.district.startswith("6301")
        assert (one.due is None) == (one.stage in {"reported", "filed", "voided"}) == (one.department == "")


def test_places_are_in_the_city_and_a_few_are_missing() -> None:
    reported = [one for one in _steps() if one.stage == "reported"]
    ground = xining().scene.ground
    assert all(ground.district(one.lat, one.lon) == one.district for one in reported if one.lat and one.lon)
    assert 0.005 < sum(one.lat is None for one in reported) / len(reported) < 0.04


def test_the_storm_raises_calls_about_water() -> None:
    calls = [one for one in _steps() if one.stage == "reported" and _called(one.case) and one.at < ANCHOR + HOUR_MS]
    assert 30 <= len(calls) <= 50
    assert all(ANCHOR < one.at < ANCHOR + (OVER + 10) * MINUTE_MS for one in calls)
    assert Counter(one.channel for one in calls).most_common(1)[0][0] == "12345"
    assert sum("积水" in one.title for one in calls) > len(calls) / 2


def test_nothing_was_reported_before_the_history_begins() -> None:
    assert min(one.at for one in _steps()) > ANCHOR - 8 * DAY_MS
    assert {steps[0].stage for steps in _by_case().values()} == {"reported"}


def test_every_case_ends() -> None:
    early = [steps for steps in _by_case().values() if steps[0].at < LATER - 19 * DAY_MS]
    assert len(early) > 200
    assert {steps[-1].stage for steps in early} == {"evaluated", "voided"}


def test_initials() -> None:
    assert initials("xining") == "XN"
    assert initials("harbin") == "HR"
    assert initials("aoi") == "AO"
