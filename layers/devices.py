"""Devices of the registry and those that are not in it: who is silent, what is one gateway's fault. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from config.words import Names
from layers.moments import from_ms

MISSED = 3
"""Expected intervals without a reading after which a device is silent: one may be lost, and one late."""
TOGETHER = 2
"""Devices that a gateway must have, all silent, for it to be the gateway that is dead."""

Scope = Literal["all", "gateway", "device"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A device heard in the window that is not registered, by metric. `retired`: it was, and is not to speak any more.

    `first` is the start of an hour where it is older than the newest hours; `readings` are the usable ones. `lat`,
    `lon`: None when it never said.
    """

    device: str
    metric: str
    first: datetime
    last: datetime
    readings: int
    district: str
    lat: float | None
    lon: float | None
    retired: bool


@dataclass(frozen=True, slots=True)
class Quiet:
    """A registered device that is silent. `last` is None when nothing was heard of it in the window."""

    device: str
    kind: str
    name: Names
    district: str
    interval: timedelta
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Gateway:
    """The devices behind one gateway ('' for those without one): how many, how many of them silent, some by name."""

    gateway: str
    devices: int
    silent: int
    last: datetime | None
    quiet: tuple[Quiet, ...]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Devices whose newest words lie nowhere: they tell no place, and the registry has none of them.

    `why`: strange to the registry, or bare of coordinates in it. `some` are those heard last.
    """

    why: Literal["strange", "bare"]
    devices: int
    some: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """One line for one cause: all devices, a dead gateway, or a single device. `last`: when it was last heard.

    `quiet` and `gateway` ('' for none) are of a single device.
    """

    scope: Scope
    id: str
    devices: int
    last: datetime | None
    quiet: Quiet | None = None
    gateway: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What is known of registered devices at `at`: how many, and the first causes of `silent` ones' silence."""

    at: datetime
    registered: int = 0
    watched: int = 0
    silent: int = 0
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Strangers:
    """Who is heard and not registered, by metric: the last heard, of `total`."""

    first: tuple[Unknown, ...] = ()
    total: int = 0


def causes(gateways: Sequence[Gateway], watched: int) -> tuple[Silence, ...]:
    """One line a cause, the one that explains most first: a dead gateway is one line, so is a city without readings.

    `watched` is how many registered devices have an interval. Of equal causes the longest silent is first.
    """
    silent = sum(one.silent for one in gateways)
    if silent == watched >= TOGETHER:
        return (Silence("all", "", silent, _latest(one.last for one in gateways)),)
    dead = [one for one in gateways if one.gateway and one.silent == one.devices >= TOGETHER]
    rest = [one for one in gateways if one not in dead]
    lines = [Silence("gateway", one.gateway, one.devices, one.last) for one in dead]
    lines += [Silence("device", quiet.device, 1, quiet.last, quiet, one.gateway) for one in rest for quiet in one.quiet]
    return tuple(sorted(lines, key=_order))


def _order(line: Silence) -> tuple[int, bool, float, str]:
    return -line.devices, line.last is not None, line.last.timestamp() if line.last else 0.0, line.id


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in times if at is not None), default=None)


def gateway_of(row: Mapping[str, Any]) -> Gateway:
    """A row of the question devices_silent."""
    names = ({"zh-CN": zh, "en": en} for zh, en in zip(row["names_zh"], row["names_en"], strict=True))
    columns = (row["silent_devices"], row["kinds"], names, row["districts"], row["intervals"], row["lasts"])
    quiet = tuple(
        Quiet(device, kind, _told(name), district, timedelta(seconds=interval), from_ms(last))
        for device, kind, name, district, interval, last in zip(*columns, strict=True)
    )
    return Gateway(row["gateway"], int(row["devices"]), int(row["silent"]), from_ms(row["newest_ms"]), quiet)


def _told(names: Mapping[str, str]) -> Names:
    return {language: name for language, name in names.items() if name}


def unknown_of(row: Mapping[str, Any]) -> Unknown:
    """A row of the question devices_unknown."""
    first, last = from_ms(row["since_ms"]), from_ms(row["newest_ms"])
    assert first is not None  # noqa: S101 - a device that was heard was heard at some time
    assert last is not None  # noqa: S101
    placed = bool(row["has_spot"])
    return Unknown(
        device=row["device"],
        metric=row["its_metric"],
        first=first,
        last=last,
        readings=int(row["readings"]),
        district=row["district"],
        lat=float(row["lat"]) if placed else None,
        lon=float(row["lon"]) if placed else None,
        retired=bool(row["was_known"]),
    )
