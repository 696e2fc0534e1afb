from __future__ import annotations

from collections import Counter

from streams.records import CityEvent
from streams.world.devices import MINUTE_MS, SMOKE
from streams.world.sensors import Ask, read
from streams.world.weather import DAY_MS
from tests.streams.world.made import ANCHOR, HOUR_MS, fleet, items, same, xining


def _events(since: int, until: int) -> list[CityEvent]:
    found = items(xining().events.reports(since, until), until)
    return [one for one in found if isinstance(one, CityEvent)]


def test_a_few_emergencies_a_day_and_all_are_closed() -> None:
    found = [one for one in _events(ANCHOR - 20 * DAY_MS, ANCHOR) if one.at < ANCHOR - DAY_MS]
    kinds = Counter(one.kind for one in found if one.status == "open")
    assert set(kinds) == {"traffic_accident", "fire_alarm", "pipe_burst"}
    last = {one.event: one.status for one in found if one.at < ANCHOR - DAY_MS}
    assert 40 <= len(last) <= 160
    assert Counter(last.values())["closed"] >= len(last) - 3


def test_events_say_that_they_are_made_up() -> None:
    found = _events(ANCHOR - 5 * DAY_MS, ANCHOR + HOUR_MS)
    assert all(one.sender.endswith("（模拟）") for one in found)
    assert {one.grade for one in found} <= {"I", "II", "III", "IV"}
    assert all(one.lat and one.lon and one.area for one in found)


def test_the_weather_office_warns_of_the_storm_and_lifts_it() -> None:
    found = [one for one in _events(ANCHOR, ANCHOR + HOUR_MS) if one.kind == "rainstorm"]
    assert [one.title for one in found] == ["暴雨黄色预警信号", "暴雨红色预警信号", "解除暴雨红色预警信号"]
    assert [one.status for one in found] == ["open", "open", "closed"]
    assert len({one.event for one in found}) == 1
    assert found[0].at - ANCHOR < 4 * MINUTE_MS


def test_the_smoke_sensor_beside_a_fire_sees_it() -> None:
    world = xining()
    smoke = fleet(world, SMOKE)
    device, start, end = world.events.fires(ANCHOR - 5 * DAY_MS, ANCHOR)[0]
    for at, burns in ((start - MINUTE_MS, False), (start + MINUTE_MS, True), (end + MINUTE_MS, False)):
        (value,) = read(world.scene, smoke, Ask(same(device), same(at), same(0)))
        assert (value[0] > 5) == burns
