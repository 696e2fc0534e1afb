"""Entries of the device registry: what is taken, and why the others are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streams.messages import parse
from streams.records import DeviceEntry, Item, Rejected

NOW = 1_795_289_624_000
GAUGE = {
    "device": "wl-1", "at": "2026-01-01T08:00:00+08:00", "kind": "water", "metric": "water_level", "unit": "m",
    "lat": 36.6475, "lon": 101.69, "datum": "WGS-84", "interval": 60, "gateway": "gw-1", "owner": "水务局",
    "name": {"zh-CN": "西钢桥", "en": "Xigang Bridge"},
    "thresholds": {"water_level": {"warning": 4.0, "guarantee": 4.5, "blue": 3.5}},
}  # fmt: skip


def one(message: Any) -> Item:
    (item,) = parse("devices", json.dumps(message).encode(), NOW)
    return item


def test_a_whole_entry() -> None:
    assert one(GAUGE) == DeviceEntry(
        device="wl-1", at=1_767_225_600_000, state="active", kind="water", metrics=("water_level",), units=("m",),
        lat=36.6475, lon=101.69, datum="WGS-84", interval=60.0, gateway="gw-1", owner="水务局", name_zh="西钢桥",
        name_en="Xigang Bridge", thresholds='{"water_level":{"blue":3.5,"warning":4.0,"guarantee":4.5}}',
    )  # fmt: skip


def test_the_least_entry() -> None:
    assert one({"device": "d", "metric": "rain"}) == DeviceEntry(
        "d", NOW, "active", "rain", metrics=("rain",), units=("",)
    )


def test_a_device_of_several_metrics() -> None:
    item = one({"device": "air-1", "kind": "air", "metrics": {"pm25": "ug/m3", "pm10": None}})
    assert isinstance(item, DeviceEntry)
    assert (item.metrics, item.units) == (("pm25", "pm10"), ("ug/m3", ""))
    item = one({"device": "air-1", "metrics": ["pm25", "pm10"]})
    assert isinstance(item, DeviceEntry)
    assert (item.kind, item.metrics) == ("pm25", ("pm25", "pm10"))


def test_a_retired_device_needs_nothing_else() -> None:
    assert one({"device": "d", "state": "retired"}) == DeviceEntry("d", NOW, "retired")


def test_many_in_one_message_with_a_bad_one_among_them() -> None:
    items = parse("devices", json.dumps({"devices": [GAUGE, {"metric": "rain"}, GAUGE]}).encode(), NOW)
    assert [type(item) for item in items] == [DeviceEntry, Rejected, DeviceEntry]
    assert isinstance(items[1], Rejected)
    assert (items[1].reason, items[1].raw) == ("missing_field", b'{"metric": "rain"}')


@pytest.mark.parametrize(
    ("change", "reason", "word"),
    [
        ({"device": " "}, "missing_field", "device"),
        ({"metric": None}, "missing_field", "metric"),
        ({"metrics": {}}, "wrong_shape", "metrics"),
        ({"metrics": 7}, "wrong_shape", "metrics"),
        ({"metrics": {f"m{n}": "" for n in range(65)}}, "wrong_shape", "metrics"),
        ({"state": "broken"}, "unknown_state", "state"),
        ({"at": "yesterday"}, "bad_time", "at"),
        ({"at": NOW + 3_700_000}, "time_in_future", "at"),
        ({"at": -1}, "time_too_old", "at"),
        ({"lat": None}, "bad_place", "lat"),
        ({"lat": 0, "lon": 0}, "bad_place", "lat"),
        ({"lat": 91}, "bad_place", "lat"),
        ({"interval": -1}, "bad_value", "interval"),
        ({"interval": "hourly"}, "bad_value", "interval"),
        ({"interval": 366 * 86_400 + 1}, "bad_value", "interval"),
        ({"unit": "mm/h"}, "wrong_unit", "unit"),
        ({"datum": "Beijing-54"}, "unknown_datum", "datum"),
        ({"gateway": {}}, "bad_text", "gateway"),
        ({"owner": "x" * 257}, "too_long", "owner"),
        ({"name": {"zh-CN": []}}, "bad_text", "zh-CN"),
        ({"thresholds": {"rain": {"blue": 1}}}, "bad_threshold", "water_level"),
        ({"thresholds": {"water_level": {"purple": 1}}}, "bad_threshold", "guarantee"),
        ({"thresholds": {"water_level": 4.0}}, "bad_threshold", "water_level"),
        ({"thresholds": {"water_level": {"blue": 1, "yellow": 3, "red": 2}}}, "bad_threshold", "yellow 3"),
        ({"thresholds": {"water_level": {"blue": "high"}}}, "bad_value", "blue"),
    ],
)
def test_what_is_not_taken(change: dict[str, Any], reason: str, word: str) -> None:
    item = one(GAUGE | change)
    assert isinstance(item, Rejected)
    assert item.reason == reason
    assert word in item.detail


def test_what_is_told_in_other_terms_is_kept_in_ours() -> None:
    item = one(
        GAUGE | {"unit": "cm", "datum": "gcj02", "thresholds": {"water_level": {"warning": 400, "guarantee": 450}}}
    )
    assert isinstance(item, DeviceEntry)
    assert item.units == ("cm",)
    assert item.thresholds == '{"water_level":{"warning":4.0,"guarantee":4.5}}'
    assert item.datum == "GCJ-02"
    assert item.lat == pytest.approx(36.6475, abs=0.01)
    assert item.lat != 36.6475


def test_marks_may_fall_where_low_is_bad() -> None:
    falling = {"water_level": {"blue": 4.0, "yellow": 3.0, "orange": 2.0, "red": 1.0}}
    assert isinstance(one(GAUGE | {"thresholds": falling}), DeviceEntry)


@pytest.mark.parametrize("devices", [[], {}, None, "x", [GAUGE] * 10_001])
def test_a_batch_of_the_wrong_shape(devices: Any) -> None:
    (item,) = parse("devices", json.dumps({"devices": devices}).encode()[: 1 << 20], NOW)
    assert isinstance(item, Rejected)
    assert item.reason in ("wrong_shape", "not_json")
