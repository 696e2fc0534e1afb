"""What /api/devices answers with, and what it is made from. Times are ISO 8601 with offset, UTC. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from pydantic import Field

from dashboard.answers import Answer
from layers.devices import Silence, Unknown
from layers.moments import from_ms
from streams.metrics import METRICS

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet, and whoever can send a message can name a device."""


class MetricOut(Answer):
    """`unit` is that of the device's own values; empty: ours."""

    metric: str
    unit: str


class DeviceOut(Answer):
    """A device. Registered: as its latest entry says. Not registered: as it was heard in the last 24 hours."""

    device: str
    registered: bool
    retired: bool = Field(default=False, description="registered once, retired, and heard all the same")
    kind: str = ""
    metrics: tuple[MetricOut, ...]
    lat: float | None
    lon: float | None
    district: str = Field(description="adcode; empty outside every district")
    interval_s: float | None = Field(default=None, description="seconds between two readings; null when not told")
    thresholds: dict[str, dict[str, float]] = Field(default={}, description="marks by metric, in our units")
    gateway: str = ""
    owner: str = ""
    names: dict[str, str] = Field(default={}, description="by language")
    told: datetime | None = Field(default=None, description="time of the entry")
    first: datetime | None = Field(default=None, description="first heard within 24 h, to the hour when it is long ago")
    last: datetime | None = None
    readings: int | None = Field(default=None, description="usable ones within 24 h")


class DevicesOut(Answer):
    """One page; `after` is what to ask with for the next, null when this was the last."""

    at: datetime
    datum: str = Field(default="WGS-84", description="of every lat and lon")
    devices: tuple[DeviceOut, ...]
    after: str | None = None


class SilenceOut(Answer):
    """One cause: a device, a gateway all of whose devices are silent, or all devices. `last`: null is not in 24 h."""

    scope: Literal["all", "gateway", "device"]
    id: str
    devices: int
    last: datetime | None
    kind: str
    gateway: str = Field(description="empty for none, or when it is the cause itself")
    district: str
    interval_s: float | None


class SilencesOut(Answer):
    """`watched` devices report at intervals; `silent` of them said nothing for more than three."""

    at: datetime
    registered: int
    watched: int
    silent: int
    silences: tuple[SilenceOut, ...]


def registered(row: Mapping[str, Any]) -> DeviceOut:
    """Of a row of the question devices_registered."""
    names = {"zh-CN": row["name_zh"], "en": row["name_en"]}
    return DeviceOut(
        device=row["device"],
        registered=True,
        kind=row["kind"],
        metrics=tuple(
            MetricOut(metric=metric, unit=unit) for metric, unit in zip(row["metrics"], row["units"], strict=False)
        ),
        lat=row["lat"],
        lon=row["lon"],
        district=row["district"],
        interval_s=row["interval_s"] or None,
        thresholds=json.loads(row["thresholds"] or "{}"),
        gateway=row["gateway"],
        owner=row["owner"],
        names={language: name for language, name in names.items() if name},
        told=from_ms(row["told_ms"]),
    )


def unknown(found: Iterable[Unknown]) -> tuple[DeviceOut, ...]:
    """Each device and metric that nobody registered."""
    return tuple(
        DeviceOut(
            device=one.device,
            registered=False,
            retired=one.retired,
            metrics=(MetricOut(metric=one.metric, unit=""),),
            lat=one.lat,
            lon=one.lon,
            district=one.district,
            first=one.first,
            last=one.last,
            readings=one.readings,
        )
        for one in found
    )


def silence(line: Silence) -> SilenceOut:
    """One cause."""
    one = line.quiet
    return SilenceOut(
        scope=line.scope,
        id=line.id,
        devices=line.devices,
        last=line.last,
        kind=one.kind if one else "",
        gateway=line.gateway,
        district=one.district if one else "",
        interval_s=one.interval.total_seconds() if one else None,
    )


def to_fill_in(found: Sequence[Unknown]) -> list[dict[str, object]]:
    """Rows of a devices.csv: what is known of those that nobody registered; the rest is for a person to fill in."""
    safe = [one for one in found if not one.device.startswith(FORMULAS) and not one.metric.startswith(FORMULAS)]
    ordered = sorted(safe, key=lambda one: (one.device, one.metric))
    return [row for _, its in groupby(ordered, lambda one: one.device) for row in _rows(list(its))]


def _rows(metrics: Sequence[Unknown]) -> list[dict[str, object]]:
    """One device: what its rows have in common stands in the first."""
    rows: list[dict[str, object]] = [
        {"device": one.device, "metric": one.metric, "unit": METRICS[one.metric].unit if one.metric in METRICS else ""}
        for one in metrics
    ]
    placed = next((one for one in metrics if one.lat is not None and one.lon is not None), None)
    if placed is not None:
        rows[0] |= {"lat": f"{placed.lat:.6f}", "lon": f"{placed.lon:.6f}"}
    rows[0]["kind"] = metrics[0].metric
    return rows
