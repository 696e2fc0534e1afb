"""What the readings of each device in a window come to, by cell or the largest of all, as the database works it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from layers.asking import Answering, of, put, question, rolled
from layers.catalog import Layer
from layers.cuts import middle
from layers.moments import to_ms, window
from streams.clickhouse import Answer, Question

WAYS: Mapping[str, tuple[str, str, str]] = {
    "sum": ("total", "arraySum(once)", "sum(part)"),
    "avg": ("total", "arraySum(once)", "sum(part) / sum(said)"),
    "max": ("most", "arrayMax(once)", "max(part)"),
    "last": ("last", "once[1]", "argMax(part, last_at)"),
    "off": ("last", "once[1]", "toFloat64(argMax(part, last_at) != 1)"),
}
"""By measure what is taken of a device's readings that were put together, and of those that were not, newest first;
and what these parts come to. `off` is 1 where the last state is not 1."""


def by_cell(database: Answering, layer: Layer, now: datetime, back: timedelta, resolution: int) -> Answer:
    """What sql/metric.sql says of a layer's metric in (now - back, now], by cell. Raises as Database.ask."""
    fresh_ms = to_ms(now - timedelta(seconds=layer.freshness_s))
    told = {"metric": layer.metric, "resolution": resolution, "fresh_ms": fresh_ms}
    return _ask(database, "metric", layer.measure, now, back, told)


def of_city(database: Answering, metric: str, measure: str, now: datetime, back: timedelta) -> Mapping[str, Any]:
    """Of all devices in (now - back, now] the largest (`peak`) and the `mean` of what each one's readings come to, and
    when the newest was said (`newest_ms`); nothing where none was heard. Raises as Database.ask.
    """
    return _ask(database, "metric_city", measure, now, back, {"metric": metric}).first() or {}


def _ask(  # noqa: PLR0913,PLR0917
    database: Answering, name: str, measure: str, now: datetime, back: timedelta, about: Mapping[str, object]
) -> Answer:
    span = window(now, back)
    told: dict[str, Any] = {**about, **span, **middle(**span, **rolled(database, now, back))}
    told["block"] = blocks(database, told["first_s"], told["closed_s"]).get(told["metric"], 0)
    asked = _question(name, measure, bool(told["block"]))
    return put(database, asked, told)


def blocks(database: Answering, since: int, until: int) -> Mapping[str, int]:
    """By metric the block of what lies from `since` until `until` (epoch s), of those that somebody put together.

    Where there are any, a metric without one had nothing in the buckets. Raises as Database.ask.
    """
    rows = database.ask(question("window_blocks"), until_s=until).rows()
    return {row["its_metric"]: int(row["its_block"]) for row in rows if row["since_s"] == since}


@cache
def _question(name: str, measure: str, kept: bool) -> Question:
    part, edge, shown = WAYS[measure]
    parts = {"middle": "metric_block" if kept else "metric_buckets", "edges": "metric_edges"}
    texts = {key: question(one).sql for key, one in parts.items()}
    return replace(of(name, **texts, part=part, edge=edge, shown=shown), name=f"{name}.{measure}")
