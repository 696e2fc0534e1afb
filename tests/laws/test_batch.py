"""The tight loop of ingest and the long way through `parse` store the same, whatever comes in whatever order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from streams.batch import Batch, Lane, source_of
from streams.datum import GCJ_02, to_wgs84
from streams.messages import parse
from streams.parse_fields import AHEAD, OLDEST, SKEW
from streams.places import Places
from streams.rows import TABLES, Rows
from streams.units import convert
from tests.streams.test_places import DISTRICTS, square

NOW = 1_795_289_624_749
convert(1.0, "cm", "rain"), to_wgs84(36.5, 101.5, GCJ_02)  # libraries are loaded here, so that no example pays for it
WEST = square(650102, 87.0)  # where latitude and longitude can be the other way round and still be possible
PLACES = Places(9, {**DISTRICTS, "features": [*DISTRICTS["features"], WEST]})


class Partition(NamedTuple):
    topic: str
    partition: int


@dataclass
class Message:
    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


degrees = st.one_of(st.none(), st.sampled_from((0, 0.0, -0.0, 36.5, 87.5, 101.5, 90.5, 180.5, "36.5")))
readings = st.fixed_dictionaries(
    {
        "device": st.sampled_from(("rain-001", "火-1", " ", "", "a ", "a\u202eb", 7, "x" * 257)),
        "metric": st.sampled_from(("rain", "\t")),
        "at": st.sampled_from(
            (
                *(NOW, float(NOW), "2026-11-22T03:33:44+08:00", "2026-11-22T03:33:44", NOW - OLDEST - 1, 0),
                *(NOW + SKEW, NOW + SKEW + 1, NOW + AHEAD + 1, NOW // 1000, str(NOW)),
            )
        ),
        "value": st.sampled_from((1.5, -999, -1000, -99999.0, None, "1", 10**400)),
    },
    optional={
        "lat": degrees,
        "lon": degrees,
        "quality": st.sampled_from(("Ice", "", "bad", "a\tb", None)),
        "readings": st.none() | st.just([]) | st.just([{"device": "d", "metric": "m", "at": NOW, "value": 1}]),
        "unit": st.sampled_from(("mm", "cm", "kg", None)),
        "datum": st.sampled_from(("WGS-84", "GCJ-02", "BD-09", "x", None)),
        "more": st.text(max_size=1_200),
    },
)
plain = st.just({"device": "rain-001", "metric": "rain", "at": NOW, "value": 1.5, "lat": 36.5, "lon": 101.5})
said = st.one_of(plain, readings, st.fixed_dictionaries({"readings": st.lists(readings, max_size=3)}))
payloads = st.one_of(st.none(), st.binary(max_size=5), said.map(lambda found: json.dumps(found).encode()))
headers = st.sampled_from(([], [("yiping-source", b"simulator")], [("other", None)]))
skips = st.dictionaries(st.integers(0, 5), st.frozensets(st.integers(0, 2), min_size=1), max_size=3)


def columns(rows: Rows) -> dict[str, Any]:
    return {table: rows.columns(table) for table in TABLES}


@given(st.sampled_from(("iot", "cases")), st.lists(st.tuples(payloads, headers), min_size=1, max_size=12), skips)
def test_the_tight_loop_and_the_long_way_agree(
    stream: Literal["iot", "cases"], sent: list[Any], stored: dict[int, frozenset[int]]
) -> None:
    messages = [Message(offset, *what) for offset, what in enumerate(sent)]
    batch, long = Batch(PLACES), Rows(PLACES)
    assert batch.take(Partition("t", 3), Lane(stream, "e", 0, stored), messages, NOW) == len(messages)
    for message in messages:
        origin = (source_of(message.headers), NOW, "e", 3, message.offset)
        long.add(stream, parse(stream, message.value, NOW), origin, stored.get(message.offset, ()))
    assert repr(columns(batch.rows)) == repr(columns(long))  # as text: NaN is not equal to itself
    assert batch.rows.length == long.length
    assert batch.ends == {("t", 3): len(messages)}


@given(st.text(min_size=1, max_size=3).filter(lambda name: name != "readings"), st.booleans())
def test_what_has_readings_is_a_batch_wherever_they_stand(other: str, first: bool) -> None:
    """The number of a message's items must not depend on which way reads it."""
    reading = {"device": "d", "metric": "m", "at": NOW, "value": 1, other: 1}
    batch = {"readings": [reading, reading]}
    message = batch | reading if first else reading | batch
    assert len(parse("iot", json.dumps(message).encode(), NOW)) == 2
