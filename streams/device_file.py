"""A profile's devices.csv, read strictly: bytes to registry entries, or every mistake with line, column and mend. Pure.

The first line names the columns, in any order, in English or in Chinese (HEADS). One row is one metric of one device: a
device that measures two things has two rows, and the second may leave blank what it has in common with the first.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from streams.device_mends import number_mend, refused
from streams.parse_device import MARKS, RETIRED, read_entry
from streams.parse_fields import Refusal
from streams.records import DeviceEntry
from streams.sheet import Heads, Mistake, Row, WrongSheet, as_number, read_rows

HEADS: Mapping[str, str] = {
    "device": "设备编号", "kind": "设备类型", "metric": "指标", "unit": "单位",
    "lat": "纬度", "lon": "经度", "datum": "坐标系", "interval": "上报间隔秒", "gateway": "网关", "owner": "权属单位",
    "name_zh": "名称", "name_en": "英文名称", "blue": "蓝色阈值", "yellow": "黄色阈值", "orange": "橙色阈值",
    "red": "红色阈值", "warning": "警戒", "guarantee": "保证", "state": "状态",
}  # fmt: skip
"""The columns, and what each may be called in Chinese."""
COLUMNS = tuple(HEADS)
NUMBERS = ("lat", "lon", "interval", *MARKS)
OF_METRIC = ("device", "metric", "unit", *MARKS)
STATES = {"在用": "active", "停用": "retired"}


class WrongDevices(WrongSheet):
    """The file cannot be used; the text has one line a mistake: file, line, column, what is wrong, how to mend it."""


class Registered(NamedTuple):
    """An entry and the line at which it begins."""

    line: int
    entry: DeviceEntry


def read_devices(content: bytes, file: str, now: int) -> list[Registered]:
    """The entries of a file, in its order, as of `now` (epoch ms). Raises WrongDevices with all mistakes found.

    `content` is UTF-8 with or without a byte order mark, or GBK as Excel writes it on a Chinese Windows.
    """
    mistakes: list[Mistake] = []
    rows = _rows(content, file, mistakes)
    found = [_registered(group, mistakes, now) for group in _groups(rows, mistakes)]
    if mistakes:
        raise WrongDevices(file, sorted(mistakes, key=lambda one: one.line))
    return [one for one in found if one is not None]


def _rows(content: bytes, file: str, mistakes: list[Mistake]) -> list[Row]:
    try:
        return read_rows(content, file, Heads(HEADS, ("device",)), mistakes)
    except WrongSheet as error:
        raise WrongDevices(file, error.mistakes) from None


def _groups(rows: Iterable[Row], mistakes: list[Mistake]) -> list[list[Row]]:
    """The rows of each device together."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if "device" in row.cells:
            found.setdefault(row.cells["device"], []).append(row)
        else:
            mistakes.append(
                Mistake(row.line, "column device", "is blank", "write the identifier that its messages say")
            )
    return list(found.values())


def _registered(rows: Sequence[Row], mistakes: list[Mistake], now: int) -> Registered | None:
    message = _message(rows)
    wrong = [*_contradictions(rows), *(one for row in rows for one in (*_no_numbers(row), *_swapped(row)))]
    for one in wrong:
        _forget(message, rows, one)
    while (entry := _entry(message, now)) is None or isinstance(entry, Refusal):
        if entry is None or (found := refused(rows, entry, COLUMNS)) in wrong:
            break
        wrong.append(found)
        if not _forget(message, rows, found):
            break
    mistakes += wrong
    return Registered(rows[0].line, entry) if isinstance(entry, DeviceEntry) and not wrong else None


def _entry(message: Mapping[str, Any], now: int) -> DeviceEntry | Refusal:
    try:
        return read_entry(message, now)
    except Refusal as refusal:
        return refusal


def _forget(message: dict[str, Any], rows: Sequence[Row], mistake: Mistake) -> bool:
    """Take out what is wrong, so that the rest of a device can be read; False where nothing could be without it."""
    column = mistake.column.removeprefix("column ")
    metric = next((row.cells.get("metric", "") for row in rows if row.line == mistake.line), "")
    if column in ("device", "metric", "the device"):
        return False
    if column in ("lat", "lon"):
        message.update(lat=None, lon=None)
    elif column == "unit":
        message["metrics"][metric] = None
    elif column in MARKS:
        message.get("thresholds", {}).pop(metric, None)
    elif column in _NAMES:
        message["name"][_NAMES[column]] = None
    else:
        message.pop(column, None)
    return True


_NAMES = {"name_zh": "zh-CN", "name_en": "en"}


def _contradictions(rows: Sequence[Row]) -> Iterator[Mistake]:
    first, seen = rows[0], dict[str, int]()
    for row in rows:
        metric = row.cells.get("metric", "")
        if metric in seen:
            wrong = f"{row.cells['device']} has {metric or 'no metric'} in line {seen[metric]} already"
            yield Mistake(row.line, "column metric", wrong, "take one of the two lines out")
        seen.setdefault(metric, row.line)
        for column, told in row.cells.items():
            if column not in OF_METRIC and told != first.cells.get(column):
                wrong = f"{told!r} here, {first.cells.get(column, '')!r} in line {first.line}, which is the same device"
                yield Mistake(row.line, f"column {column}", wrong, "make them the same, or leave the later one blank")


def _no_numbers(row: Row) -> Iterator[Mistake]:
    for column in NUMBERS:
        if column in row.cells and as_number(row.cells[column]) is None:
            text = row.cells[column]
            yield Mistake(row.line, f"column {column}", f"{text!r} is no number", number_mend(column, text))


def _swapped(row: Row) -> Iterator[Mistake]:
    lat, lon = (as_number(row.cells.get(column, "")) for column in ("lat", "lon"))
    if lat is not None and lon is not None and abs(lon) <= 90 < abs(lat) <= 180:
        mend = f"change them over: lat {row.cells['lon']}, lon {row.cells['lat']}"
        yield Mistake(row.line, "column lat", f"{row.cells['lat']} is a longitude, and lon a latitude", mend)


def _message(rows: Sequence[Row]) -> dict[str, Any]:
    """The rows of one device as a message of the devices topic would say it."""
    cells = rows[0].cells
    found: dict[str, Any] = {
        name: cells[name] for name in ("device", "kind", "datum", "gateway", "owner") if name in cells
    }
    found |= {name: as_number(cells[name]) for name in ("lat", "lon", "interval") if name in cells}
    if "state" in cells:
        found["state"] = STATES.get(cells["state"], cells["state"])
    if any("metric" in row.cells for row in rows):
        found["metrics"] = {row.cells.get("metric", ""): row.cells.get("unit") for row in rows}
    found["name"] = {"zh-CN": cells.get("name_zh"), "en": cells.get("name_en")}
    marks = ((row, [mark for mark in MARKS if mark in row.cells]) for row in rows)
    told = {
        row.cells.get("metric", ""): {mark: as_number(row.cells[mark]) for mark in some} for row, some in marks if some
    }
    return found | ({"thresholds": told} if told else {})


def skeleton(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A file to fill in, from cells by column: UTF-8 with a byte order mark, as Excel wants it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig", "replace")


Stored = tuple[str, Sequence[Any], bool]
"""What the database has of the file: device, fields of SAID, and whether it is the newest that anybody said of it."""
SAID = ("state", "kind", "metrics", "units", "lat", "lon", "datum", "interval", "thresholds", "gateway", "owner",
        "name_zh", "name_en")  # fmt: skip


def changes(found: Iterable[Registered], stored: Iterable[Sequence[Any]], now: int) -> Iterator[Registered]:
    """The entries to store: those that say something else than what the file said last, and the retirement of devices
    that it no longer names, unless somebody else has spoken of them since. Each of `stored` is a Stored."""
    before = {device: (_said(fields), latest) for device, fields, latest in stored}
    for one in found:
        fields, _ = before.pop(one.entry.device, (None, False))
        if fields != _said([getattr(one.entry, name) for name in SAID]):
            yield one
    for line, (device, (fields, latest)) in enumerate(before.items(), 1_000_000_000):
        if latest and fields[0] != RETIRED:
            yield Registered(line, DeviceEntry(device, now, RETIRED))


def _said(fields: Sequence[Any]) -> tuple[Any, ...]:
    """In a form that is equal when the same was said: no coordinates are NaN in the database, and lists are tuples."""
    plain = (None if isinstance(one, float) and math.isnan(one) else one for one in fields)
    return tuple(tuple(one) if isinstance(one, list) else one for one in plain)
