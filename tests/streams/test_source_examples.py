"""Each ready source on a small invented file in its shape: what comes out is what ingest will store."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from config.read import read_source, read_sources
from streams.feed_mapping import Mapper
from streams.feed_records import records
from streams.messages import parse
from streams.records import CaseStep, Item, Reading, Rejected

FEEDS = Path(__file__).parent / "feeds"
NOW = round(dt.datetime(2026, 7, 22, tzinfo=dt.UTC).timestamp() * 1000)
FILES = {
    "usgs-csv": "usgs.csv",
    "usgs-json": "usgs.json",
    "environment-agency": "environment-agency.csv",
    "open311": "open311.json",
    "sensorthings": "sensorthings.json",
    "myla311": "myla311.csv",
    "hotline-12345": "hotline-12345.csv",
}


def ms(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp() * 1000)


def items(name: str, data: bytes | None = None) -> list[Item]:
    """What ingest makes of a source's file."""
    source, mapper = read_source("xining", name), Mapper(name, read_source("xining", name))
    file = io.BytesIO((FEEDS / FILES[name]).read_bytes() if data is None else data)
    mapped = [one for record in records(source, file) for one in mapper(record)]
    return [item for one in mapped for item in parse(source.topic, one.payload, NOW)]


def readings(found: list[Item]) -> list[Reading]:
    return [item for item in found if isinstance(item, Reading)]


def rejected(found: list[Item]) -> list[tuple[str, str]]:
    return [(item.reason, item.detail) for item in found if isinstance(item, Rejected)]


def steps(found: list[Item], case: str) -> list[CaseStep]:
    return [item for item in found if isinstance(item, CaseStep) and item.case == case]


def test_every_ready_source_is_tried_here() -> None:
    assert set(FILES) == set(read_sources("xining"))


def test_usgs_as_a_flat_csv() -> None:
    found = items("usgs-csv")
    level, flow, doubtful, rain = readings(found)
    assert (level.device, level.metric, level.at) == ("usgs-09990001", "water_level", ms("2026-07-21T16:00:00-04:00"))
    assert level.value == pytest.approx(3.28 * 0.3048)
    assert (level.lat, level.lon) == (36.62, 101.77)
    assert (flow.metric, "estimated" in flow.quality) == ("discharge", True)
    assert flow.value == pytest.approx(2.8316846592)
    assert doubtful.quality == "suspect"  # Ice
    assert (rain.metric, rain.value) == ("rain", pytest.approx(2.54))
    assert Counter(reason for reason, _ in rejected(found)) == {"sentinel_value": 1, "time_without_offset": 1}


def test_usgs_as_json() -> None:
    found = items("usgs-json")
    first, second = readings(found)
    assert (first.device, first.metric, first.lat) == ("usgs-09990001", "water_level", 36.62)
    assert first.value == pytest.approx(3.28 * 0.3048)
    assert "estimated" in second.quality
    assert [reason for reason, _ in rejected(found)] == [
        "sentinel_value",
        "no_message",
    ]  # the last is a gauge that is dry


def test_the_environment_agencys_csv() -> None:
    found = items("environment-agency")
    rain, twice, tide, air = readings(found)
    assert (rain.device, rain.metric, rain.value, rain.quality) == ("ea-X0001", "rain", 0.2, "")
    assert (twice.value, twice.quality) == (0.267, "several")
    assert (tide.metric, tide.value, tide.quality) == ("water_level", -0.551, "")
    assert (air.metric, air.value) == ("temperature", 18.5)
    assert [reason for reason, _ in rejected(found)] == ["missing_field"]


def test_open311_with_and_without_notes() -> None:
    found = items("open311")
    assert not rejected(found)
    first = steps(found, "26-001")
    assert [one.stage for one in first] == ["reported", "processing", "dispatched", "closed"]
    assert [one.text for one in first] == ["1 Nowhere Street", "Deep", "Follow-on", "Filled"]
    assert first[-1].at == ms("2026-07-21T09:30:00+08:00")
    assert (first[0].channel, first[0].department, first[0].category) == ("phone", "Roads", "Pothole")
    (second,) = steps(found, "26-002")
    assert (second.title, second.due, second.lat) == ("Dark since Monday", ms("2026-07-28T09:00:00+08:00"), None)
    assert [one.at for one in steps(found, "26-003")] == [
        ms("2026-07-19T09:00:00+08:00"),
        ms("2026-07-19T12:00:00+08:00"),
    ]


def test_sensorthings() -> None:
    found = items("sensorthings")
    rain, air = readings(found)
    assert (rain.device, rain.metric, rain.value, rain.quality) == ("st-42", "rain", 1.4, "")
    assert (rain.at, rain.lat, rain.lon) == (ms("2026-07-21T08:05:00Z"), 36.62, 101.77)
    assert (air.device, air.metric, air.value, air.at) == ("st-43", "pm25", 17.5, ms("2026-07-21T08:00:02Z"))
    assert [reason for reason, _ in rejected(found)] == ["bad_value"]


def test_a_311_csv_with_american_times() -> None:
    found = items("myla311")
    first, second, third = (steps(found, f"1-000000{number}") for number in (1, 2, 3))
    assert [(one.stage, one.at) for one in first] == [
        ("reported", ms("2026-07-20T23:59:58-07:00")),
        ("closed", ms("2026-07-21T09:18:35-07:00")),
    ]
    assert first[0].due == ms("2026-07-22T00:00:00-07:00")
    assert [one.stage for one in second] == ["reported", "voided"]
    assert second[0].at == ms("2025-11-02T01:30:00-07:00")  # the hour that is there twice: the earlier
    assert [one.stage for one in third] == ["reported", "dispatched"]
    assert [reason for reason, _ in rejected(found)] == ["bad_time", "wrong_columns"]
    assert "line 5: at '2026-07-20' is not written as" in rejected(found)[0][1]
    assert "line 6: 3 cells; the header has 13" in rejected(found)[1][1]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_a_12345_export(encoding: str) -> None:
    text = (FEEDS / FILES["hotline-12345"]).read_text("utf-8")
    found = items("hotline-12345", text.encode(encoding))
    first = steps(found, "QX2026-0001")
    assert [one.stage for one in first] == [
        *("reported", "filed", "dispatched", "processing", "feedback", "closed", "evaluated")
    ]
    assert [one.at for one in first][:2] == [ms("2026-07-20T08:05:00+08:00"), ms("2026-07-20T08:10:00+08:00")]
    assert (first[0].category, first[0].district, first[0].channel) == ("市政设施/井盖", "城东区", "phone")
    assert (first[0].due, first[0].department, first[0].contact) == (ms("2026-07-23T08:30:00+08:00"), "某单位", "")
    assert "第二行" in first[0].text
    assert first[0].lat == pytest.approx(36.6212, abs=0.01)
    assert first[0].lat != 36.6212  # it was given in GCJ-02
    assert [one.stage for one in steps(found, "QX2026-0002")] == ["reported", "filed"]
    assert not steps(found, "QX2026-0003")  # a test of the hotline, skipped
    assert [(reason, detail.split(": ")[1][:5]) for reason, detail in rejected(found)] == [
        ("unmapped", "datum"),
        ("unmapped", "datum"),
    ]


def told(found: list[Item]) -> list[dict[str, Any]]:
    return [{key: getattr(item, key) for key in item.__struct_fields__} for item in found]


@pytest.mark.parametrize("name", ["open311", "usgs-json", "sensorthings"])
def test_a_file_read_twice_says_the_same(name: str) -> None:
    assert told(items(name)) == told(items(name))
