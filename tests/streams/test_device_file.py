"""devices.csv, read strictly: what is taken, and where each mistake stands."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from streams.device_file import COLUMNS, HEADS, SAID, WrongDevices, changes, read_devices, skeleton
from streams.messages import parse
from streams.records import DeviceEntry

NOW = 1_795_289_624_000
HEAD = "device,kind,metric,unit,lat,lon,interval,gateway,owner,name_zh,blue,yellow,warning,guarantee,state\n"
GAUGE = "wl-1,water,water_level,m,36.6475,101.69,60,gw-1,水务局,西钢桥,,,4.0,4.5,\n"
AIR = "air-1,air,pm25,ug/m3,36.6,101.7,300,,,,75,115,,,\nair-1,,pm10,,,,,,,,,,,,\n"
OLD = "rain-9,,,,,,,,,,,,,,停用\n"


def entries(text: str | bytes) -> list[DeviceEntry]:
    content = text if isinstance(text, bytes) else text.encode()
    return [one.entry for one in read_devices(content, "devices.csv", NOW)]


def mistakes(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(WrongDevices) as raised:
        entries(text)
    assert all("devices.csv, line" in line for line in str(raised.value).splitlines())
    assert all(one.mend for one in raised.value.mistakes)
    return [(one.line, one.column) for one in raised.value.mistakes]


def test_a_whole_file() -> None:
    gauge, air, old = entries(HEAD + GAUGE + AIR + "\n,,,\n" + OLD)
    assert gauge == DeviceEntry(
        "wl-1", NOW, "active", "water", ("water_level",), ("m",), 36.6475, 101.69, "WGS-84", 60.0,
        '{"water_level":{"warning":4.0,"guarantee":4.5}}', "gw-1", "水务局", "西钢桥", "",
    )  # fmt: skip
    assert (air.metrics, air.units, air.thresholds) == (
        ("pm25", "pm10"), ("ug/m3", ""), '{"pm25":{"blue":75.0,"yellow":115.0}}',
    )  # fmt: skip
    assert old == DeviceEntry("rain-9", NOW, "retired")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_encodings(encoding: str) -> None:
    assert entries((HEAD + GAUGE).encode(encoding)) == entries(HEAD + GAUGE)


def test_line_ends_and_chinese_heads() -> None:
    text = (HEAD + GAUGE).replace("\n", "\r\n")
    chinese = ",".join(HEADS[name] for name in HEAD.strip().split(","))
    assert entries(text) == entries(chinese + "\n" + GAUGE) == entries(HEAD + GAUGE)


def test_a_line_is_counted_where_it_begins() -> None:
    two_lines = GAUGE.replace("西钢桥", '"西钢桥\n（新）"').replace("wl-1", "wl-0")
    assert mistakes(HEAD + two_lines + GAUGE.replace("36.6475", "north")) == [(4, "column lat")]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, "column device"),
        ("kind,metric\n", 1, "column device"),
        ("device,device\n", 1, "column device"),
        ("device,metrics\n", 1, "column metrics"),
        ("device;metric;unit\n", 1, "column device"),
        (HEAD + GAUGE.replace("wl-1", ""), 2, "column device"),
        (HEAD + GAUGE + GAUGE, 3, "column metric"),
        (HEAD + AIR.replace("air-1,,pm10", "air-1,noise,pm10"), 3, "column kind"),
        (HEAD + GAUGE.replace("36.6475", "36,6475"), 2, "the line"),
        (HEAD + GAUGE.replace("36.6475", ""), 2, "column lat"),
        (HEAD + GAUGE.replace("36.6475", "96.6475").replace("101.69", "191"), 2, "column lat"),
        (HEAD + GAUGE.replace(",m,", ",mm/h,"), 2, "column unit"),
        (HEAD + GAUGE.replace("4.0,4.5", "4.0,high"), 2, "column guarantee"),
        (HEAD + GAUGE.replace(",60,", ",-60,"), 2, "column interval"),
        (HEAD + GAUGE.replace("water_level", ""), 2, "column metric"),
        (HEAD + AIR.replace("air-1,,pm10,,", "air-1,,pm10,x,"), 3, "column unit"),
        (HEAD + AIR.replace("air-1,,pm10,,", "air-1,,pm10,x,,"), 3, "the line"),
        (HEAD.replace("warning", "orange") + AIR.replace("75,115,", "75,115,80"), 2, "column blue"),
        (HEAD + GAUGE.strip() + "broken\n", 2, "column state"),
        (HEAD + '"wl-1"x,\n', 2, "the line"),
        ((HEAD + GAUGE).encode()[:-20] + b"\xff\xff\n", 2, "the line"),
    ],
)
def test_mistakes_name_line_and_column(text: str | bytes, line: int, column: str) -> None:
    assert (line, column) in [(one, name.split(";")[0]) for one, name in mistakes(text)]


def test_every_mistake_of_a_row_is_named_beside_those_of_the_head() -> None:
    head = HEAD.replace("owner", "ownr")
    row = GAUGE.replace("36.6475", "north").replace(",60,", ",1min,").replace(",m,", ",kg,")
    assert mistakes(head + row.replace("4.0,4.5", "4.0,high").strip() + "broken\n") == [
        (1, "column ownr"),
        (2, "column lat"),
        (2, "column interval"),
        (2, "column guarantee"),
        (2, "column state"),
        (2, "column unit"),
    ]
    two = AIR.replace("ug/m3", "kg").replace("air-1,,pm10,,", "air-1,,pm10,m,")
    assert mistakes(HEAD + two) == [(2, "column unit"), (3, "column unit")]


@pytest.mark.parametrize(
    ("was", "now", "mend"),
    [
        (",60,", ",1min,", "write seconds, such as 60"),
        (",60,", ",-60,", "write seconds, such as 60"),
        ("101.69", '"101,77"', "write it as 101.77"),
        ("101.69", "east", "write degrees, such as 101.6900"),
        ("36.6475", "north", "write degrees, such as 36.6475"),
        ("4.0,4.5", '"4,0",4.5', "write it as 4.0"),
        ("4.0,4.5", "4.0m,4.5", "write only the number, in the unit of the row, such as 4.5"),
        ("36.6475,101.69", "101.69,36.6475", "change them over: lat 36.6475, lon 101.69"),
    ],
)
def test_the_mend_fits_the_column(was: str, now: str, mend: str) -> None:
    with pytest.raises(WrongDevices) as raised:
        entries(HEAD + GAUGE.replace(was, now))
    assert [one.mend for one in raised.value.mistakes] == [mend]


def test_all_mistakes_are_told_at_once_and_not_without_end() -> None:
    text = HEAD + "".join(GAUGE.replace("wl-1", f"wl-{number}").replace("36.6475", "x") for number in range(80))
    with pytest.raises(WrongDevices) as raised:
        entries(text)
    assert len(raised.value.mistakes) == 80
    assert str(raised.value) == (
        "devices.csv, line 2, column lat: 'x' is no number; write degrees, such as 36.6475 "
        "(and 79 more like it: lines 3, 4, 5, 6, 7, ...)"
    )


def test_mistakes_of_one_kind_are_one_line_whatever_their_cells_say() -> None:
    rows = [("36,5", "101.5", ""), ("36.5", "101.5", "WGS"), ("36,7", "101.5", "WGS"), ("36.5", "x", "WGS85")]
    text = "device,metric,lat,lon,datum\n" + "".join(
        f'd-{number},rain,"{lat}",{lon},{datum}\n' for number, (lat, lon, datum) in enumerate(rows)
    )
    with pytest.raises(WrongDevices) as raised:
        entries(text)
    lat, datum, lon = str(raised.value).splitlines()
    assert lat.startswith("devices.csv, line 2, column lat: '36,5' is no number; write it as 36.5 (and 1 more")
    assert lat.endswith("like it: line 4)")
    assert datum.startswith("devices.csv, line 3, column datum: ")
    assert datum.endswith("(and 2 more like it: lines 4, 5)")
    assert lon == "devices.csv, line 5, column lon: 'x' is no number; write degrees, such as 101.6900"


def test_kinds_of_mistakes_are_not_told_without_end() -> None:
    names = ",".join(f"column_{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(70))
    with pytest.raises(WrongDevices) as raised:
        entries(f"device,metric,{names}\nd-1,rain\n")
    assert str(raised.value).splitlines()[-1] == "devices.csv: and 20 more kinds of mistake"


def test_a_skeleton_can_be_filled_in_and_read() -> None:
    made = skeleton([{"device": "x,1", "metric": "rain", "unit": "mm", "lat": 36.6, "lon": 101.7}])
    assert made.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode())
    assert [(one.device, one.metrics, one.lat) for one in entries(made)] == [("x,1", ("rain",), 36.6)]


def stored(entry: DeviceEntry, latest: bool = True) -> tuple[str, list[Any], bool]:
    """As the database gives it back."""
    fields = [getattr(entry, name) for name in SAID]
    plain = [math.nan if one is None else list(one) if isinstance(one, tuple) else one for one in fields]
    return entry.device, plain, latest


def test_only_what_changed_is_stored_again() -> None:
    found = read_devices((HEAD + GAUGE + AIR + OLD).encode(), "f", NOW)
    gauge, air, old = (one.entry for one in found)
    assert list(changes(found, [], NOW)) == found
    assert list(changes(found, [stored(gauge), stored(air), stored(old)], NOW)) == []
    moved = DeviceEntry("wl-1", NOW, "active", "water", ("water_level",), ("m",), 36.0, 101.0)
    assert [one.entry for one in changes(found, [stored(moved), stored(air), stored(old)], NOW)] == [gauge]


def test_a_device_that_is_no_longer_named_is_retired_unless_others_spoke_of_it() -> None:
    (gauge,) = entries(HEAD + GAUGE)
    assert [one.entry for one in changes([], [stored(gauge)], NOW)] == [DeviceEntry("wl-1", NOW, "retired")]
    assert list(changes([], [stored(gauge, latest=False)], NOW)) == []
    assert list(changes([], [stored(DeviceEntry("wl-1", 1, "retired"))], NOW)) == []


PAPER = (Path(__file__).resolve().parents[2] / "docs" / "devices.md").read_text("utf-8")


def block(kind: str) -> str:
    return PAPER.partition(f"```{kind}\n")[2].partition("```")[0]


def test_the_paper_names_the_columns() -> None:
    table = PAPER.partition("| column |")[2].partition("```")[0]
    for name, chinese in HEADS.items():
        assert f"`{name}`" in table
        assert chinese in table


def test_examples_of_the_paper_are_taken() -> None:
    gauge, air = entries(block("csv"))
    assert (gauge.name_zh, gauge.thresholds) == ("西钢桥", '{"water_level":{"warning":4.0,"guarantee":4.5}}')
    assert air.metrics == ("pm25", "pm10")
    (item,) = parse("devices", block("json").encode(), NOW)
    assert isinstance(item, DeviceEntry)
    assert (item.device, item.metrics, item.name_en) == ("air-001", ("pm25", "pm10"), "Air station 001")
