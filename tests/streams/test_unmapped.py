"""What could not be mapped is a message that ingest rejects for the mapping's own reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streams.messages import STREAMS, Stream, parse
from streams.parse_fields import Refusal
from streams.records import Rejected
from streams.unmapped import KEY, REASONS, marked

NOW = 1_784_623_320_000


def rejected(stream: Stream, payload: bytes) -> Rejected:
    (item,) = parse(stream, payload, NOW)
    assert isinstance(item, Rejected)
    return item


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_reaches_rejects(stream: Stream, reason: str) -> None:
    item = rejected(stream, marked(Refusal(reason, "mm 'x' is no number"), "gauges", 17, {"mm": "x"}))
    assert (item.reason, item.detail) == (reason, "gauges, line 17: mm 'x' is no number")
    assert json.loads(item.raw)["record"] == {"mm": "x"}


def test_a_place_in_a_topic_is_named_as_it_is() -> None:
    item = rejected("iot", marked(Refusal("unmapped", "no"), "gauges", "partition 0 offset 5", None))
    assert item.detail == "gauges, partition 0 offset 5: no"


@pytest.mark.parametrize("mark", [None, 7, "unmapped", [], {}, {"reason": "mine"}, {"reason": ["unmapped"]}])
def test_a_mark_that_names_no_known_reason_is_malformed(mark: Any) -> None:
    assert rejected("iot", json.dumps({KEY: mark}).encode()).reason == "wrong_shape"


@pytest.mark.parametrize(
    "record",
    [
        "\ud800",
        {"a": "\udcff"},
        float("nan"),
        "x" * 3_000_000,
        "\x00" * 3_000_000,
        {"a": "雨" * 3_000_000},
        [[[]]],
        None,
    ],
)
def test_any_record_fits_into_a_message(record: Any) -> None:
    payload = marked(Refusal("bad_text", "title '\ud800' is no text"), "gauges", 1, record)
    item = rejected("cases", payload)
    assert (item.reason, len(item.raw) <= 1 << 20) == ("bad_text", True)
    item.detail.encode()


@pytest.mark.parametrize("depth", [500, 900, 990, 100_000])
def test_a_record_may_be_as_deep_as_it_likes(depth: int) -> None:
    deep: Any = 1
    for _ in range(depth):
        deep = [deep]
    assert rejected("iot", marked(Refusal("no_message", "no"), "gauges", 1, deep)).reason in ("no_message", "not_json")
