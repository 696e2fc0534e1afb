from __future__ import annotations

import time
from collections import Counter, defaultdict

import pytest

from streams.records import CaseStep, CityEvent, Reading, Rejected
from streams.world.city import build, first_parts, missed_parts
from streams.world.devices import DECIMALS, KINDS, MINUTE_MS
from streams.world.weather import DAY_MS
from tests.streams.world.made import ANCHOR, HOUR_MS, districts, items, profile, told, xining


def test_every_message_of_the_history_is_taken() -> None:
    found = told()
    assert not [one for one in found if isinstance(one, Rejected)]
    counts = Counter(type(one) for one in found)
    assert 350_000 < counts[Reading] < 450_000
    assert 2_700 < sum(isinstance(one, CaseStep) and one.stage == "reported" for one in found) < 3_600
    assert counts[CityEvent] > 30


def test_every_message_of_a_storm_is_taken_in_both_shapes() -> None:
    until = ANCHOR + 20 * MINUTE_MS
    said = xining().live(ANCHOR, until)
    found = items(said, until)
    assert not [one for one in found if isinstance(one, Rejected)]
    assert {one.metric for one in found if isinstance(one, Reading)} == set(DECIMALS)
    shapes = Counter(one.value.startswith(b'{"readings":[') for one in said if one.stream == "iot")
    assert shapes[True] > 20
    assert shapes[False] > 5_000


def test_nothing_is_told_from_the_future_or_twice() -> None:
    found = told()
    assert all(one.at <= ANCHOR for one in found if not isinstance(one, Rejected))
    readings = Counter((one.device, one.metric, one.at) for one in found if isinstance(one, Reading))
    assert readings.most_common(1)[0][1] == 1
    steps = Counter((one.case, one.at, one.stage) for one in found if isinstance(one, CaseStep))
    assert steps.most_common(1)[0][1] == 1


def test_the_history_has_a_value_of_every_device_that_speaks() -> None:
    devices = {one.device for one in told() if isinstance(one, Reading)}
    assert len(devices) >= 1_980


def test_the_newest_readings_come_first() -> None:
    parts = first_parts(ANCHOR, ANCHOR - DAY_MS, ANCHOR)
    assert (parts[0].what, parts[0].high) == ("readings", ANCHOR)
    readings = [one for one in parts if one.what == "readings"]
    assert [one.low for one in readings[:-1]] == [one.high for one in readings[1:]]
    assert readings[-1].low == ANCHOR - DAY_MS
    cases = [one for one in parts if one.what == "cases"]
    assert [one.low for one in cases[:-1]] == [one.high for one in cases[1:]]
    assert cases[-1].low == ANCHOR - 8 * DAY_MS


def test_the_first_part_fills_the_map() -> None:
    part = first_parts(ANCHOR, ANCHOR - DAY_MS, ANCHOR)[0]
    found = items(xining().past(part, ANCHOR - DAY_MS, ANCHOR), ANCHOR)
    devices = {one.device for one in found if isinstance(one, Reading)}
    assert len(devices) > 1_950


def test_the_same_world_says_the_same_bytes() -> None:
    again = build(profile(), districts(), ANCHOR)
    span = (ANCHOR + 10 * MINUTE_MS, ANCHOR + 12 * MINUTE_MS)
    assert again.live(*span) == xining().live(*span)
    assert xining(ANCHOR, 2).live(*span) != xining().live(*span)


def test_after_a_pause_storms_are_history() -> None:
    since, until = ANCHOR + MINUTE_MS, ANCHOR + 2 * HOUR_MS
    said = [one for part in missed_parts(since, until, DAY_MS) for one in xining().past(part, since, until)]
    found = items(said, until)
    rain: defaultdict[str, float] = defaultdict(float)
    for one in found:
        if isinstance(one, Reading) and one.metric == "rain":
            rain[one.device] += one.value
    live: defaultdict[str, float] = defaultdict(float)
    for one in items(xining().live(since, until), until):
        if isinstance(one, Reading) and one.metric == "rain":
            live[one.device] += one.value
    wettest = sorted(live.items(), key=lambda one: -one[1])[:20]
    assert all(abs(rain[device] - fallen) < 0.08 * fallen + 1 for device, fallen in wettest if rain[device])
    assert {one.title for one in found if isinstance(one, CityEvent)} >= {"解除暴雨红色预警信号"}
    live_steps = {
        (one.case, one.stage) for one in items(xining().cases.steps(since, until), until) if isinstance(one, CaseStep)
    }
    assert live_steps == {(one.case, one.stage) for one in found if isinstance(one, CaseStep)}


def test_a_long_pause_is_told_in_part() -> None:
    until = ANCHOR + 100 * DAY_MS
    parts = missed_parts(ANCHOR, until, DAY_MS)
    assert min(one.low for one in parts if one.what == "readings") == until - DAY_MS
    assert min(one.low for one in parts) > until - 40 * DAY_MS


def test_the_history_is_made_in_seconds() -> None:
    """Budget 6 s of one core for a day of readings and eight of cases."""
    began = time.process_time()
    world = build(profile(), districts(), ANCHOR + 77)
    for part in first_parts(ANCHOR + 77, ANCHOR + 77 - DAY_MS, ANCHOR + 77):
        world.past(part, ANCHOR + 77 - DAY_MS, ANCHOR + 77)
    assert time.process_time() - began < 6


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_metric_has_decimals(kind) -> None:  # type: ignore[no-untyped-def]
    assert set(kind.metrics) <= set(DECIMALS)
