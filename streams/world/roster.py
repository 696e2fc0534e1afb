"""What the made-up city tells the registry of its devices: all of them but a handful, as in any city."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from config.city import Station
from streams.metrics import METRICS
from streams.world.devices import AIR, MANHOLE, NOISE, PUMP, RAIN, SMOKE, TRAFFIC, WATER, Fleet, Kind
from streams.world.wire import Message

TOGETHER = 500  # entries in one message
BEHIND = 50  # devices behind one gateway
_TEXTS: dict[Kind, tuple[str, str, str]] = {
    RAIN: ("雨量站", "Rain gauge", "水务局"),
    WATER: ("水位站", "River gauge", "水务局"),
    MANHOLE: ("窨井", "Manhole", "排水公司"),
    PUMP: ("泵站", "Pump station", "排水公司"),
    TRAFFIC: ("路口", "Junction", "公安局交警支队"),
    NOISE: ("噪声点", "Noise meter", "生态环境局"),
    AIR: ("空气站", "Air station", "生态环境局"),
    SMOKE: ("烟感", "Smoke detector", "消防救援支队"),
}
"""Name in Chinese and in English, and owner: data, as a city's own systems would send them."""


def roster(fleets: Sequence[Fleet], stations: Sequence[Station], at: int) -> list[Message]:
    """Entries as of `at` (epoch ms), in messages of many. The last device of each kind but the gauges is left out."""
    entries = (entry for fleet in fleets for entry in _entries(fleet, stations, at))
    messages = []
    while some := list(islice(entries, TOGETHER)):
        messages.append(Message("devices", msgspec.json.encode({"devices": some})))
    return messages


def _entries(fleet: Fleet, stations: Sequence[Station], at: int) -> Iterator[dict[str, Any]]:
    registered = len(fleet.ids) if fleet.kind is WATER else len(fleet.ids) - 1
    for device in range(registered):
        yield _entry(fleet, device, at) | (_gauge(stations[device]) if fleet.kind is WATER else {})


def _entry(fleet: Fleet, device: int, at: int) -> dict[str, Any]:
    kind, (chinese, english, owner) = fleet.kind, _TEXTS[fleet.kind]
    number = f"{device + 1:03d}"
    entry: dict[str, Any] = {
        "device": fleet.ids[device],
        "at": at,
        "kind": kind.name,
        "metrics": {metric: METRICS[metric].unit for metric in kind.metrics},
        "lat": float(fleet.lat[device]),
        "lon": float(fleet.lon[device]),
        "interval": kind.live // 1000,
        "owner": owner,
        "name": {"zh-CN": f"{chinese} {number}", "en": f"{english} {number}"},
    }
    return entry | ({"gateway": f"gw-{kind.prefix}-{device // BEHIND + 1:02d}"} if kind.gateway else {})


def _gauge(station: Station) -> dict[str, Any]:
    marks = station.marks
    told = {"warning": marks.warning, "guarantee": marks.guarantee} if marks else {}
    return {"name": dict(station.name)} | ({"thresholds": {"water_level": told}} if told else {})
