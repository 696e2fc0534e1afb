"""What the readings of each device in a window come to, by cell or the largest of all.

A window is put together of its middle, which streams/windows.py made of whole five minutes, and of readings at both of
its ends. The middle is asked once and stays here while it is the newest of its kind: for five minutes it is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from layers import tallies
from layers.asking import Answering, of, put, question, rolled
from layers.catalog import Layer
from layers.cuts import middle
from layers.moments import to_ms, window
from layers.tallies import Devices, Tallies
from streams.clickhouse import Answer, Question

WAYS: Mapping[str, tuple[str, str]] = {
    "sum": ("total", "arraySum(once)"),
    "avg": ("total", "arraySum(once)"),
    "max": ("most", "arrayMax(once)"),
    "last": ("last", "once[1]"),
    "off": ("last", "once[1]"),
}
"""By measure what is taken of a device's readings that were put together, and of those that were not, newest first."""

_kept: dict[tuple[str, int, str], tuple[int, Tallies]] = {}
"""By metric, length of the middle (s) and part its newest block: what one says never changes (streams/windows.py)."""


def by_cell(database: Answering, layer: Layer, now: datetime, back: timedelta, resolution: int) -> Answer:
    """What layers.tallies.by_cell says of a layer's metric in (now - back, now]. Raises as Database.ask."""
    found = _devices(database, layer.metric, layer.measure, now, back)
    return tallies.by_cell(found, resolution, to_ms(now - timedelta(seconds=layer.freshness_s)))


def of_city(database: Answering, metric: str, measure: str, now: datetime, back: timedelta) -> Mapping[str, Any]:
    """Of all devices in (now - back, now] the largest (`peak`) and the `mean` of what each one's readings come to, and
    when the newest was said (`newest_ms`); nothing where none was heard. Raises as Database.ask.
    """
    found = _devices(database, metric, measure, now, back)
    if not len(found):
        return {}
    return {
        "peak": float(found.value.max()),
        "mean": float(found.value.mean()),
        "newest_ms": int(found.last_ms.max()),
    }


def _devices(database: Answering, metric: str, measure: str, now: datetime, back: timedelta) -> Devices:
    span = window(now, back)
    told: dict[str, Any] = {"metric": metric, **span, **middle(**span, **rolled(database, now, back))}
    part, _ = WAYS[measure]
    pieces = [Tallies.read(put(database, _ends(measure), told), part)]
    if told["closed_s"] > told["first_s"]:
        pieces.append(_middle(database, told, part))
    return tallies.together(pieces, measure)


def _middle(database: Answering, told: dict[str, Any], part: str) -> Tallies:
    block = blocks(database, told["first_s"], told["closed_s"]).get(told["metric"], 0)
    if not block:
        return Tallies.read(put(database, question("metric_buckets"), told), part)
    key = (told["metric"], told["closed_s"] - told["first_s"], part)
    known, found = _kept.get(key, (0, None))
    if found is None or known != block:
        found = Tallies.read(put(database, question("metric_block"), {**told, "block": block}), part)
        _kept[key] = (block, found)
    return found


def blocks(database: Answering, since: int, until: int) -> Mapping[str, int]:
    """By metric the block of what lies from `since` until `until` (epoch s), of those that somebody put together.

    Where there are any, a metric without one had nothing in the buckets. Raises as Database.ask.
    """
    rows = database.ask(question("window_blocks"), until_s=until).rows()
    return {row["its_metric"]: int(row["its_block"]) for row in rows if row["since_s"] == since}


@cache
def _ends(measure: str) -> Question:
    part, edge = WAYS[measure]
    return replace(of("metric_edges", edge=edge, part=part), name=f"metric_edges.{measure}")
