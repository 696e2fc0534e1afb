"""The registry in memory: the latest entry counts, in whatever order entries come."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import pytest

from streams.batch import Batch, Lane
from streams.messages import parse
from streams.places import Places
from streams.records import Reading, Rejected
from streams.registry import Post, Registry, Told, foreign_units
from tests.streams.test_ingest import IOT, Message
from tests.streams.test_places import DISTRICTS

NOW = 1_795_289_624_000
CELL = 617_700_169_958_293_503


def told(at: int = 1, state: str = "active", lat: float = 36.5, **more: Any) -> Told:
    entry = {"device": "d", "lon": 101.5, "cell": CELL, "district": "630102", "metrics": (), "units": ()}
    return Told(at=at, state=state, lat=lat, **(entry | more))


def test_a_device_stands_where_its_latest_entry_says() -> None:
    entries = [told(1, lat=36.1), told(3, lat=36.3), told(2, "retired"), told(3, lat=36.4)]
    for order in itertools.permutations(range(3)):
        registry = Registry()
        registry.learn(entries[number] for number in order)
        assert registry.post("d") == Post(36.3, 101.5, (CELL, "630102"))
        registry.learn(entries[3:])  # as late: the last one counts
        assert registry.post("d") == Post(36.4, 101.5, (CELL, "630102"))
        assert len(registry) == 1


def test_who_has_no_place() -> None:
    registry = Registry()
    registry.learn([told(device="moves", lat=math.nan), told(device="gone"), told(2, "retired", device="gone")])
    assert [registry.post(device) for device in ("moves", "gone", "unheard")] == [None, None, None]


def test_units_that_are_not_ours() -> None:
    assert foreign_units(("water_level", "rain", "odd", "noise"), ("cm", "mm", "ft", "")) == {"water_level": "cm"}
    registry = Registry()
    registry.learn([told(metrics=("water_level",), units=("cm",))])
    assert registry.units == {"d": {"water_level": "cm"}}
    registry.learn([told(2, metrics=("water_level",), units=("m",))])
    assert registry.units == {}


READING = {"device": "d", "metric": "water_level", "at": NOW, "value": 250.0, "lat": 36.5, "lon": 101.5}
UNITS = {"d": {"water_level": "cm"}}


@pytest.mark.parametrize("together", [False, True])
def test_a_value_is_taken_to_be_in_the_registered_unit(together: bool) -> None:
    def value(reading: dict[str, Any]) -> float:
        (item,) = parse("iot", json.dumps({"readings": [reading]} if together else reading).encode(), NOW, UNITS)
        assert isinstance(item, Reading)
        return item.value

    assert value(READING) == 2.5
    assert value(READING | {"unit": None}) == 2.5
    assert value(READING | {"unit": "m"}) == 250.0  # what the message says comes first
    assert value(READING | {"device": "other"}) == 250.0


def test_the_range_is_that_of_the_converted_value() -> None:
    high = json.dumps(READING | {"metric": "manhole_level", "value": 1_500}).encode()
    assert isinstance(parse("iot", high, NOW)[0], Rejected)
    (item,) = parse("iot", high, NOW, {"d": {"manhole_level": "mm"}})
    assert isinstance(item, Reading)
    assert item.value == 1.5


def taken(registered: list[Told], *readings: dict[str, Any]) -> dict[str, Any]:
    """Columns of the readings, each sent alone and then all in one message."""
    places = Places(9, DISTRICTS)
    places.registry.learn(registered)
    batch = Batch(places)
    values = [json.dumps(one).encode() for one in (*readings, {"readings": readings})]
    messages = [Message(offset, value) for offset, value in enumerate(values)]
    assert batch.take(IOT, Lane("iot", "e", 0, {}), messages, NOW) == len(values)
    return {name: list(column) for name, column in batch.rows.columns("readings").items()}


BARE = {"device": "d", "metric": "rain", "at": NOW, "value": 1.0}


def test_a_reading_without_a_place_gets_that_of_its_device() -> None:
    columns = taken([told()], BARE, BARE | {"device": "x"}, BARE | {"lat": 36.6, "lon": 101.6})
    assert columns["cell"] == [CELL, 0, columns["cell"][2]] * 2
    assert columns["district"] == ["630102", "", columns["district"][2]] * 2
    assert columns["lat"][0] == columns["lat"][3] == 36.5
    assert math.isnan(columns["lat"][1])
    assert columns["lat"][2] == pytest.approx(36.6)  # it knows better than the registry
    assert columns["quality"] == [""] * 6


def test_coordinates_that_are_no_place_are_made_good_with_a_mark() -> None:
    columns = taken([told()], BARE | {"lat": 0, "lon": 0, "quality": "Ice"}, BARE | {"device": "x", "lat": 0, "lon": 0})
    assert columns["quality"] == ["Ice,placed", "no_place"] * 2
    assert columns["lon"][0] == columns["lon"][2] == 101.5
    assert columns["item"] == [0, 0, 0, 1]


def test_units_of_the_registry_reach_the_rows() -> None:
    entry = told(metrics=("water_level",), units=("cm",))
    columns = taken([entry], READING, READING | {"device": "x", "value": 2.0})
    assert columns["value"] == [2.5, 2.0] * 2
