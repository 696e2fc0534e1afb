"""What a message says, once it has been read. Times are epoch ms UTC, coordinates WGS-84 degrees."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from config.stages import STAGES as STAGES  # noqa: PLC0414 - at hand beside the records

Stream = Literal["iot", "cases", "events", "devices"]
STREAMS: tuple[Stream, ...] = ("iot", "cases", "events", "devices")


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What a sensor said. `quality` is '' when nothing is doubtful; lat and lon are both there or both None."""

    device: str
    metric: str
    at: int
    value: float
    quality: str
    lat: float | None
    lon: float | None


class CaseStep(msgspec.Struct, frozen=True, gc=False):
    """A case moved to `stage`. Texts are '' and `due` is None when not told; `marks` says what was mended."""

    case: str
    at: int
    stage: str
    category: str
    title: str
    text: str
    lat: float | None
    lon: float | None
    district: str
    channel: str
    department: str
    due: int | None
    contact: str
    marks: str = ""


class CityEvent(msgspec.Struct, frozen=True, gc=False):
    """What a feed reported. `class_` is the wire's `class`, `sender` its `source`; `marks` says what was mended.

    `expires` is when it is over unless it is told so before; None when not told. `outline` are the rings that it is
    about (streams/parse_area.py); '' when not told. `message` is what the message calls itself, where others may refer
    to it by another name than the event's.
    """

    event: str
    at: int
    kind: str
    class_: str
    grade: str
    title: str
    text: str
    lat: float | None
    lon: float | None
    area: str
    status: str
    sender: str
    marks: str = ""
    expires: int | None = None
    outline: str = ""
    message: str = ""


class DeviceEntry(msgspec.Struct, frozen=True, gc=False):
    """What the registry is told of a device: of all entries of a device the one with the latest `at` counts.

    `units[i]` is the unit in which the device says `metrics[i]`, '' for our own. `interval` is seconds, 0 if not told.
    `datum` is what lat and lon were given in; here they are WGS-84. `thresholds` is JSON, marks by metric.
    """

    device: str
    at: int
    state: str
    kind: str = ""
    metrics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    datum: str = ""
    interval: float = 0.0
    thresholds: str = ""
    gateway: str = ""
    owner: str = ""
    name_zh: str = ""
    name_en: str = ""


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """Why a message, or one item of it, was not taken: a stable key, a sentence that names the field, the bytes."""

    reason: str
    detail: str
    raw: bytes


Item: TypeAlias = Reading | CaseStep | CityEvent | DeviceEntry | Rejected
