"""What holds for every message, whatever its bytes."""

from __future__ import annotations

import json
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from streams.datum import GCJ_02, to_wgs84
from streams.messages import parse
from streams.parse_fields import AHEAD, DAY, HOUR, OLDEST, SKEW, UNUSABLE, clean
from streams.parse_reading import read_readings
from streams.records import CaseStep, CityEvent, Reading, Rejected
from streams.units import convert
from streams.wire import plain_reading

NOW = 1_795_289_624_749
convert(1.0, "cm", "rain"), to_wgs84(36.5, 101.5, GCJ_02)  # libraries are loaded here, so that no example pays for it
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
fields = (*fields, "unit", "datum", "polygon", "circle")
registered = ("devices", "metrics", "unit", "state", "interval", "thresholds", "name", "gateway")
objects = st.dictionaries(
    st.sampled_from((*fields, *registered, "status", "source", "readings")), anything, max_size=10
)

good_readings = st.fixed_dictionaries(
    {
        "device": st.text(min_size=1, max_size=20).filter(str.strip),
        "metric": st.text(min_size=1, max_size=20).filter(str.strip),
        "at": st.integers(NOW - OLDEST, NOW + SKEW),
        "value": st.floats(-900, 1e9),
    },
    optional={"quality": st.text(max_size=20)},
)


odd_names = st.one_of(
    st.sampled_from(
        ("rain-001", "", " ", "a ", "a\u202eb", "\ufeffa", "火\u3000", "x" * 257, "\x00", 7, None, "\ud800")
    ),
    st.text(max_size=4),
)
odd_times = st.sampled_from(
    (
        *(NOW, float(NOW), NOW + SKEW, NOW + SKEW + 1, NOW + HOUR, NOW + HOUR + 1, NOW - OLDEST, NOW - OLDEST - 1),
        *(NOW // 1000, NOW * 1000, NOW * 1_000_000, str(NOW), str(NOW // 1000), 0, -1, 10**30, True, "", None),
        *("2026-11-22T03:33:44+08:00", "2026-11-21T19:33:44", "2026-11-21T19:40:00Z", "20261121193344", NOW - DAY),
    )
)
odd_values = st.sampled_from((1.5, 0, -0.0, 501, -999, -999.9, -32768, 1e9, 1e10, 10**400, "3.4", "3,4", True, None))
odd_degrees = st.sampled_from((None, 0, 36.5, 101.5, 90.5, 999, -9999.0, "36.5", "36,5", "", float("nan"), True))
odd_words = st.sampled_from(("", "Ice", "bad", "not BAD", "outside", "ahead", " x", "a\tb", "火", None, 5, []))
odd_readings = st.fixed_dictionaries(
    {
        "device": odd_names,
        "metric": odd_names | st.sampled_from(("rain", "pm25")),
        "at": odd_times,
        "value": odd_values,
    },
    optional={
        **{"lat": odd_degrees, "lon": odd_degrees, "quality": odd_words, "note": st.text(max_size=3)},
        "unit": st.sampled_from(("mm", "cm", "in", "kg", "", None, 3, "火")),
        "datum": st.sampled_from(("GCJ-02", "bd09", "wgs84", "", None, "x")),
    },
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
            assert item.device
            assert item.device == clean(item.device)
            assert item.quality in UNUSABLE or not set(item.quality.split(",")) & set(UNUSABLE)
        elif isinstance(item, CaseStep | CityEvent):
            assert NOW - OLDEST <= item.at <= NOW + AHEAD
            assert clean(item.title) == item.title


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


@given(st.lists(st.one_of(good_readings, objects, odd_readings), min_size=1, max_size=6))
def test_what_happens_to_a_reading_does_not_depend_on_its_neighbours(readings: list[dict[str, Any]]) -> None:
    together = parse("iot", json.dumps({"readings": readings}).encode(), NOW)
    for item, reading in zip(together, readings, strict=True):
        if "readings" not in reading:
            (alone,) = parse("iot", json.dumps(reading).encode(), NOW)
            assert type(item) is type(alone)
            assert not isinstance(item, Reading) or item == alone


cuts = st.tuples(st.integers(0, 200), st.binary(max_size=3))


def damaged(payload: bytes, cut: tuple[int, bytes]) -> bytes:
    """With a few bytes in the place of others."""
    place, put = cut
    return payload[:place] + put + payload[place + len(put) :]


@given(good_readings | odd_readings, st.booleans(), st.sampled_from(("utf-8", "gb18030")), cuts | st.just((0, b"")))
def test_the_short_way_and_the_careful_way_agree(
    reading: dict[str, Any], ascii_only: bool, encoding: str, cut: tuple[int, bytes]
) -> None:
    """Whatever the short way takes, the careful way takes as the same; whatever it does not is not its business."""
    text = json.dumps(reading, ensure_ascii=ascii_only)
    payload = damaged(text.encode(encoding, "replace"), cut)
    short = plain_reading(payload, NOW - OLDEST, NOW + SKEW)
    if short is not None:
        assert parse("iot", payload, NOW) == list(read_readings(payload, NOW))
    whole(parse("iot", payload, NOW))


@given(st.lists(odd_readings, min_size=1, max_size=4), st.sampled_from(("unit", "datum", "note")))
def test_a_batch_taken_the_short_way_is_the_same_the_careful_way(readings: list[dict[str, Any]], field: str) -> None:
    payload = json.dumps({"readings": readings, field: "mm" if field == "unit" else "WGS-84"}).encode()
    items = parse("iot", payload, NOW)
    whole(items)
    assert list(items) == list(read_readings(payload, NOW))


@given(streams, st.one_of(st.binary(), objects.map(lambda found: json.dumps(found).encode())))
def test_the_clock_changes_no_numbers(stream: Stream, payload: bytes) -> None:
    """A message read again after a crash, later, has the same items: else the skipping of stored ones would miss."""
    assert len(parse(stream, payload, NOW)) == len(parse(stream, payload, NOW + 1_000_000_000))


numbers = st.one_of(st.floats().map(str), st.sampled_from(["36.5", "101.8", "0", "90", "180", "nan", "inf", "", "x"]))
borders = st.one_of(
    st.sampled_from(["", " ", "\t", ",", "5", "36.5,101.8 18", "101.8,36.5 18", "36.5,101.8 far", "36.5,101.8 5 5"]),
    st.lists(st.tuples(numbers, numbers).map(",".join), max_size=6).map(" ".join),
)


@given(
    polygons=st.lists(borders, max_size=3), circles=st.lists(borders, max_size=3), datum=st.sampled_from(["", "gcj02"])
)
def test_no_event_is_lost_for_its_border(polygons: list[str], circles: list[str], datum: str) -> None:
    told = {"event": "e", "at": NOW, "kind": "gale", "title": "t", "status": "active", "source": "s"}
    payload = json.dumps({**told, "polygon": polygons, "circle": circles, "datum": datum}).encode()
    (item,) = parse("events", payload, NOW)
    assert isinstance(item, CityEvent)
    assert bool(item.outline) <= (item.lat is not None), "what has a border has a place"
