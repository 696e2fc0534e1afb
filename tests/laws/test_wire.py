"""What is taken many at a time is what would be taken one by one: nothing more, nothing else, and in the same order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import batch
from streams.batch import Batch, Lane
from streams.parse_fields import OLDEST, SKEW
from streams.places import Places
from streams.wire import LONGEST, WireReading, by_column, decode_reading, plain_batch, plain_readings, settle, settled
from tests.laws.test_batch import NOW, Message, Partition
from tests.streams.test_places import DISTRICTS

AGES = (NOW - OLDEST, NOW + SKEW)

devices = st.sampled_from(("rain-001", "火-1", " ", "a\u202eb", "x" * 256, " b"))
metrics = st.sampled_from(("rain", "water_level", "pump_state", "mine", "\t"))
times = st.sampled_from((NOW, NOW - OLDEST, NOW - OLDEST - 1, NOW + SKEW, NOW + SKEW + 1, 10**30, -1, 0))
texts = st.sampled_from(("2026-11-22T03:33:44+08:00", "2026-11-22T03:33:44", "soon"))
values = st.sampled_from((0, 1.5, 9.0, 400, -5.0, 501.0, -999, -9999.0, -1000.5, 2e9))
degrees = st.sampled_from((None, 0.0, -0.0, 36.5, -36.5))
wired = st.builds(
    lambda **found: json.dumps({name: value for name, value in found.items() if value != ""}).encode(),
    device=devices,
    metric=metrics,
    at=times | texts,
    value=values,
    lat=degrees,
    lon=degrees,
    quality=st.sampled_from(("", "good", "BAD", "a\tb", "outside", "x,Ahead")),
)
good = st.builds(
    lambda **found: json.dumps(found).encode(),
    device=st.sampled_from(("rain-001", "火-1")),
    metric=st.sampled_from(("rain", "water_level", "pump_state", "mine")),
    at=st.sampled_from((NOW, "2026-11-22T03:33:44+08:00", NOW - OLDEST, NOW + SKEW)),
    value=st.sampled_from((0, 1.5, 9.0)),
    lat=st.sampled_from((36.5, 36.6)),
    lon=st.sampled_from((101.5, 102.5)),
)


def decoded(payloads: list[bytes]) -> list[WireReading]:
    found = []
    for payload in payloads:
        try:
            found.append(decode_reading(payload))
        except ValueError:
            continue
    return found


@given(st.lists(wired | good, min_size=1, max_size=6))
def test_many_are_settled_as_one_is(payloads: list[bytes]) -> None:
    readings = decoded(payloads)
    if not readings:
        return
    many = settled(by_column(readings), *AGES)
    taken = [settle(one, *AGES) for one in readings]  # changes them
    assert (many is not None) == all(taken)
    if many is not None:
        assert [list(column) for column in many] == [list(column) for column in by_column(readings)]


WHOLE = b'{"device":"a","metric":"m","at":%d,"value":1}' % NOW
halves = st.sampled_from(
    [
        *(b"", b"\n", b" ", b"{}", b"[]", b"\xff", b"x" * (LONGEST + 1), WHOLE, b"\n" + WHOLE, WHOLE + b"\n"),
        *(WHOLE + b"\n" + WHOLE, WHOLE + WHOLE, b"\xef\xbb\xbf" + WHOLE),
        *(b'{"device":"a","metric":"m",', b'"at":%d,"value":1}' % NOW, b'{"device":"a', b'"}'),
    ]
)


@given(st.lists(halves | good | st.binary(max_size=4), min_size=1, max_size=5))
def test_halves_of_messages_do_not_pass_for_whole_ones(payloads: list[bytes]) -> None:
    many = plain_readings(payloads, *AGES)
    if many is not None:
        alone = [decode_reading(payload) for payload in payloads]  # raises for what is none
        assert all(settle(one, *AGES) for one in alone)
        assert [list(column) for column in many] == [list(column) for column in by_column(alone)]


def test_a_blank_message_beside_two_in_one_is_not_two() -> None:
    assert plain_readings([b" ", WHOLE + WHOLE], *AGES) is None
    assert plain_readings([WHOLE + WHOLE, b" "], *AGES) is None
    assert plain_readings([WHOLE, WHOLE], *AGES) is not None


def test_nothing_is_not_many() -> None:
    assert plain_readings([], *AGES) is None
    assert plain_readings([None], *AGES) is None
    assert plain_batch(b'{"readings":[]}', *AGES) is None


@pytest.mark.parametrize("gateway", [False, True])
def test_plain_messages_are_not_read_one_by_one(gateway: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would be stored all the same, at a third of the speed."""

    def refuse(*_: Any) -> None:
        raise AssertionError("the long way")

    monkeypatch.setattr(batch, "parse", refuse)
    one = {"device": "rain-001", "metric": "rain", "at": NOW, "value": 1.5, "lat": 36.5, "lon": 101.5}
    said = {"readings": [one] * 100} if gateway else one
    messages = [Message(number, json.dumps(said).encode()) for number in range(600)]
    found = Batch(Places(9, DISTRICTS))
    taken = found.take(Partition("t", 0), Lane("iot", "e", 0, {}), messages, NOW)
    columns = found.rows.columns("readings")
    assert taken == (300 if gateway else 600)
    assert found.rows.length == (batch.MOST_ROWS if gateway else 600)
    assert list(columns["offset"])[:101] == [0] * 100 + [1] if gateway else list(columns["offset"]) == list(range(600))
    assert list(columns["item"])[:100] == (list(range(100)) if gateway else [0] * 100)
