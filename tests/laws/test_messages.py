"""What holds for every message, whatever its bytes."""

from __future__ import annotations

import json
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from streams import messages
from streams.messages import parse
from streams.parse_fields import AHEAD, OLDEST
from streams.records import Reading, Rejected

NOW = 1_795_289_624_749
Stream = Literal["iot", "cases", "events", "devices"]

streams = st.sampled_from(("iot", "cases", "events", "devices"))
odd_numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from([NOW, NOW // 1000, -999, 0, 10**400, -0.0, 90.0, 180.0, 1e308])
)
scalars = st.one_of(st.none(), st.booleans(), odd_numbers, st.text(max_size=20), st.datetimes().map(str))
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
fields = ("device", "metric", "at", "value", "lat", "lon", "quality", "case", "stage", "due", "event", "kind", "title")
registered = ("devices", "metrics", "unit", "state", "interval", "thresholds", "name", "gateway")
objects = st.dictionaries(
    st.sampled_from((*fields, *registered, "status", "source", "readings")), anything, max_size=10
)

good_readings = st.fixed_dictionaries(
    {
        "device": st.text(min_size=1, max_size=20).filter(str.strip),
        "metric": st.text(min_size=1, max_size=20).filter(str.strip),
        "at": st.integers(NOW - OLDEST, NOW + AHEAD),
        "value": st.floats(-900, 1e9),
    },
    optional={"quality": st.text(max_size=20)},
)


def whole(items: Any) -> None:
    """At least one item; each refusal has a key, a sentence and bytes."""
    assert items
    for item in items:
        if isinstance(item, Rejected):
            assert item.reason.isidentifier()
            assert item.detail
            assert isinstance(item.raw, bytes)
        elif isinstance(item, Reading):
            assert NOW - OLDEST <= item.at <= NOW + AHEAD
            assert (item.lat is None) == (item.lon is None)
            item.device.encode()


@given(streams, st.binary())
def test_no_bytes_raise(stream: Stream, payload: bytes) -> None:
    whole(parse(stream, payload, NOW))


@given(streams, st.text().map(lambda text: ("<alert>" + text).encode("utf-8", "surrogatepass")))
def test_no_xml_raises(stream: Stream, payload: bytes) -> None:
    whole(parse(stream, payload, NOW))


@given(streams, objects)
def test_no_object_raises(stream: Stream, found: dict[str, Any]) -> None:
    whole(parse(stream, json.dumps(found).encode(), NOW))


@given(st.lists(st.one_of(good_readings, objects, anything), min_size=1, max_size=8))
def test_a_batch_gives_one_item_for_each_of_its_readings(readings: list[Any]) -> None:
    items = parse("iot", json.dumps({"readings": readings}).encode(), NOW)
    assert len(items) == len(readings)
    whole(items)


@given(st.lists(st.one_of(good_readings, objects), min_size=1, max_size=6))
def test_what_happens_to_a_reading_does_not_depend_on_its_neighbours(readings: list[dict[str, Any]]) -> None:
    together = parse("iot", json.dumps({"readings": readings}).encode(), NOW)
    for item, reading in zip(together, readings, strict=True):
        if "readings" not in reading:
            (alone,) = parse("iot", json.dumps(reading).encode(), NOW)
            assert type(item) is type(alone)
            assert not isinstance(item, Reading) or item == alone


@given(good_readings)
def test_the_short_way_and_the_careful_way_agree(reading: dict[str, Any]) -> None:
    short = parse("iot", json.dumps(reading).encode(), NOW)
    assert list(short) == [messages._reading(reading, NOW)]


@given(streams, st.one_of(st.binary(), objects.map(lambda found: json.dumps(found).encode())))
def test_the_clock_changes_no_numbers(stream: Stream, payload: bytes) -> None:
    """A message read again after a crash, later, has the same items: else the skipping of stored ones would miss."""
    assert len(parse(stream, payload, NOW)) == len(parse(stream, payload, NOW + 1_000_000_000))
