"""The counts before sending are those that ingest finds after it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streams.feed_mapping import Mapped
from streams.feed_tally import EXAMPLES, Example, Tally
from streams.messages import Stream, parse
from streams.parse_fields import UNUSABLE, Refusal
from streams.places import Places
from streams.rows import Rows
from streams.unmapped import marked

NOW = 1_784_623_320_000
READING = {"device": "a", "metric": "rain", "at": NOW, "value": 1.4}
STEP = {"case": "1", "at": NOW, "stage": "reported"}
SQUARE = [[[101, 36], [102, 36], [102, 37], [101, 37], [101, 36]]]
PLACES = Places(
    9,
    {
        "features": [
            {"properties": {"adcode": 630102}, "geometry": {"type": "Polygon", "coordinates": SQUARE}},
        ]
    },
)


def judged(stream: Stream, *messages: Any) -> Tally:
    tally = Tally()
    for number, message in enumerate(messages, 1):
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        tally.judge(stream, Mapped(payload, number), NOW, PLACES)
    return tally


def test_readings_that_tell_no_place_are_counted() -> None:
    placed = READING | {"lat": 36.5, "lon": 101.5}
    assert judged("iot", READING, placed, READING | {"lat": 0, "lon": 0}, {"readings": [READING, placed]}).unplaced == 3
    assert judged("cases", STEP).unplaced == 0


@pytest.mark.parametrize(
    ("message", "marks"),
    [
        (READING, set()),
        (READING | {"lat": 36.5, "lon": 101.5}, set()),
        (READING | {"lat": 0, "lon": 0}, {"no_place"}),
        (READING | {"lat": 30, "lon": 101.5}, {"outside"}),
        (READING | {"quality": "estimated"}, set()),
        (READING | {"quality": "suspect"}, {"suspect"}),
        (READING | {"quality": "outside"}, {"said"}),
        (READING | {"quality": "estimated", "lat": 0, "lon": 0}, {"no_place"}),
        (READING | {"unit": "in"}, {"unit"}),
        (READING | {"lat": 101.5, "lon": 36.5}, {"swapped"}),
        (READING | {"lat": 30, "lon": 101.5, "quality": "bad"}, {"bad"}),
        (READING | {"at": NOW + 600_000}, {"ahead"}),
    ],
)
def test_the_marks_are_those_that_are_stored(message: dict[str, Any], marks: set[str]) -> None:
    tally = judged("iot", message)
    flagged = bool(marks & set(UNUSABLE))
    assert (set(tally.marks), tally.flagged, tally.mended) == (marks, flagged, bool(marks) and not flagged)
    assert tally.accepted == (not marks)
    rows = Rows(PLACES)
    rows.add("iot", parse("iot", json.dumps(message).encode(), NOW), ("", NOW, "e", 0, 0))
    (quality,) = rows.columns("readings")["quality"]
    assert set(filter(None, quality.replace("said:outside", "said").split(","))) - {message.get("quality")} == marks - {
        message.get("quality")
    }


@pytest.mark.parametrize(
    ("message", "marks"),
    [
        (STEP | {"lat": 36.5, "lon": 101.5}, set()),
        (STEP | {"lat": 0, "lon": 0}, {"no_place"}),
        (STEP | {"lat": 30, "lon": 101.5}, {"outside"}),
        (STEP | {"lat": 101.5, "lon": 36.5}, {"swapped"}),
        (STEP | {"lat": 36.5, "lon": 101.5, "datum": "GCJ-02"}, {"datum"}),
    ],
)
def test_the_marks_of_a_step_are_those_that_are_stored(message: dict[str, Any], marks: set[str]) -> None:
    assert set(judged("cases", message).marks) == marks
    rows = Rows(PLACES)
    rows.add("cases", parse("cases", json.dumps(message).encode(), NOW), ("", NOW, "e", 0, 0))
    (stored,) = rows.columns("case_steps")["marks"]
    assert set(filter(None, stored.split(","))) == marks


def test_a_batch_counts_by_reading() -> None:
    batch = {"readings": [READING, READING | {"value": None}, READING | {"quality": "low", "lat": 0, "lon": 0}]}
    tally = judged("iot", batch)
    assert (tally.messages, tally.accepted, tally.mended, tally.rejects) == (1, 1, 1, 1)
    assert tally.marks == {"no_place": 1}
    assert tally.rejected == {"missing_field": 1}


def test_a_registered_device_outside_is_flagged_and_a_turned_one_is_said() -> None:
    device = {"device": "d", "metric": "rain"}
    tally = judged(
        "devices",
        *(device | {"lat": lat, "lon": lon} for lat, lon in ((36.5, 101.5), (30, 101.5))),
        device,
    )
    assert (tally.accepted, tally.flagged, tally.mended, tally.marks) == (2, 1, 0, {"outside": 1})


def test_steps_and_events_count() -> None:
    tally = judged("cases", STEP, STEP | {"lat": 0, "lon": 0}, STEP | {"stage": "lost"})
    assert (tally.accepted, tally.mended, tally.rejected) == (1, 1, {"unknown_stage": 1})
    assert judged("events", b"<alert/>").rejected == {"bad_xml": 1}


def test_a_few_examples_of_each_reason_are_kept() -> None:
    tally = judged("iot", *[b"x"] * 9)
    assert tally.rejected == {"not_json": 9}
    assert [one.line for one in tally.examples["not_json"]] == list(range(1, EXAMPLES + 1))


def test_an_example_of_the_mapping_names_its_line_once() -> None:
    tally = Tally()
    tally.judge("iot", Mapped(marked(Refusal("unmapped", "q '?' is not in its map"), "gauges", 7, {}), 7), NOW)
    assert tally.examples["unmapped"] == [Example(7, "q '?' is not in its map")]


def test_what_the_mapping_mended_counts() -> None:
    tally = Tally()
    payload = json.dumps(READING | {"quality": "several"}).encode()
    tally.judge("iot", Mapped(payload, 1, NOW, ("several",)), NOW)
    assert (tally.mended, tally.marks) == (1, {"several": 1})


def test_readings_of_metrics_that_nobody_knows_are_counted_and_accepted() -> None:
    tally = judged("iot", *(READING | {"metric": metric} for metric in ("PM2.5", "雨量", "PM2.5", "pm25")))
    assert (tally.strange, tally.accepted) == ({"PM2.5": 2, "雨量": 1}, 4)


def test_the_units_of_unknown_metrics_are_one_mark() -> None:
    tally = judged("iot", *(READING | {"metric": "sap_flow", "unit": unit} for unit in ("g/h", "kg/h", "g/h")))
    assert (tally.mended, tally.marks) == (3, {"other_unit": 3})
