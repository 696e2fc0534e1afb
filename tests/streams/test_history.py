"""Messages of any year as rows, without a broker and a database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from config.read import read_city
from streams.history import History
from streams.map_files import read_places
from streams.parse_fields import OUTSIDE
from streams.registry import Told

PLACES = read_places(read_city("xining"))
AT = "2021-07-20T16:00:00+08:00"
AT_MS = 1_626_768_000_000
INSIDE = {"lat": 36.62, "lon": 101.77}
FAR = {"lat": 34.75, "lon": 113.62}


def reading(**given: Any) -> bytes:
    return json.dumps({"device": "a", "metric": "rain", "at": AT, "value": 1.5} | given).encode()


def history(*messages: bytes, stream: Any = "iot", foreign: bool = False) -> History:
    found = History(PLACES, foreign)
    found.add(stream, messages)
    return found


@pytest.mark.parametrize(
    "at",
    [AT, AT_MS, AT_MS / 1000, str(AT_MS), "1998-08-07T13:50:00+08:00", "2021-07-20T08:00:00Z"],
)
def test_a_reading_of_any_year_is_taken(at: Any) -> None:
    found = history(reading(at=at))
    assert not found.rejected
    assert list(found.readings()["value"]) == [1.5]
    assert list(found.readings()["usable"]) == [True]


def test_numbers_are_told_apart_as_in_ingest() -> None:
    found = history(*(reading(at=at) for at in (AT, AT_MS, AT_MS // 1000, AT_MS * 1000))).readings()
    assert set(found["at"]) == {AT_MS}


def test_many_at_once_are_what_one_by_one_would_be() -> None:
    ones = [reading(value=n / 10, device=f"d{n % 7}", at=AT_MS + n * 1000, **INSIDE) for n in range(700)]
    quick, careful = history(*ones), History(PLACES, foreign=False)
    for one in ones:
        careful.add("iot", [one])
    for name in ("at", "device", "value", "usable", "cell", "district", "offset"):
        assert list(quick.readings()[name]) == list(careful.readings()[name])


def test_a_gateway_is_many_readings() -> None:
    inner = [json.loads(reading(value=n)) for n in (1, 2)]
    found = history(json.dumps({"readings": inner}).encode(), reading(value=3))
    assert list(found.readings()["value"]) == [1, 2, 3]
    assert list(found.readings()["offset"]) == [0, 0, 1]


def test_what_is_wrong_is_counted_by_reason() -> None:
    found = history(b"{", reading(at="yesterday"), reading(value=-999), reading())
    assert {reason: n for (_, reason), n in found.rejected.items()} == {
        "not_json": 1,
        "bad_time": 1,
        "sentinel_value": 1,
    }
    assert len(found.readings()["at"]) == 1


def test_doubtful_readings_are_kept_and_not_used() -> None:
    found = history(reading(quality="bad"), reading(quality="good")).readings()
    assert found["usable"] == [False, True]


def test_outside_is_used_only_of_a_foreign_city() -> None:
    own, foreign = history(reading(**FAR)).readings(), history(reading(**FAR), foreign=True).readings()
    assert (own["usable"], list(own["district"])) == ([False], [""])
    assert (foreign["usable"], list(foreign["district"])) == ([True], [OUTSIDE])


def test_without_a_place_it_is_in_no_district() -> None:
    assert list(history(reading(), foreign=True).readings()["district"]) == [""]
    assert list(history(reading(**INSIDE), foreign=True).readings()["district"]) == ["630103"]


def test_a_registered_device_has_its_place() -> None:
    places = read_places(read_city("xining"))
    places.registry.learn([Told("a", 0, "active", 36.62, 101.77, *places(36.62, 101.77), (), ())])
    found = History(places, foreign=False)
    found.add("iot", [reading()])
    assert list(found.readings()["district"]) == ["630103"]


def step(**given: Any) -> bytes:
    return json.dumps({"case": "c", "at": AT, "stage": "reported"} | given).encode()


def test_cases_of_a_foreign_city_are_in_a_cell() -> None:
    assert list(history(step(**FAR), stream="cases").cases()["cell"]) == [0]
    assert all(history(step(**FAR), stream="cases", foreign=True).cases()["cell"])
    assert list(history(step(), stream="cases", foreign=True).cases()["cell"]) == [0]


def test_events_are_read() -> None:
    event = {"event": "e", "at": AT, "kind": "warning", "title": "t", "status": "active", "source": "s"}
    assert list(history(json.dumps(event).encode(), stream="events").events()["at"]) == [AT_MS]


def test_nothing_is_nothing() -> None:
    found = history()
    assert (found.readings(), found.cases(), found.events()) == ({}, {}, {})
