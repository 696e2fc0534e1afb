"""Metrics by cell: what the readings of each device in a window come to, as the database works it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from string import Template

from layers.asking import Answering, question, rolled
from layers.catalog import Layer
from layers.cuts import middle
from layers.moments import to_ms, window
from streams.clickhouse import Answer, Question

WAYS: Mapping[str, tuple[str, str]] = {
    "sum": ("total", "sum(part)"),
    "avg": ("total", "sum(part) / sum(said)"),
    "max": ("most", "max(part)"),
    "last": ("last", "argMax(part, last_at)"),
    "off": ("last", "toFloat64(argMax(part, last_at) != 1)"),
}
"""By measure what is taken of a device's readings that were put together, and what its parts come to. `off` is 1 where
the last state is not 1."""


def by_cell(database: Answering, layer: Layer, now: datetime, back: timedelta, resolution: int) -> Answer:
    """What sql/metric.sql says of a layer's metric in (now - back, now], by cell. Raises as Database.ask."""
    span = window(now, back)
    told = {**span, **middle(**span, **rolled(database, now, back)), "metric": layer.metric, "resolution": resolution}
    told["fresh_ms"] = to_ms(now - timedelta(seconds=layer.freshness_s))
    told["block"] = _block(database, told)
    asked = _question(layer.measure, bool(told["block"]))
    return database.ask(asked, **{key: value for key, value in told.items() if key in asked.params})


def _block(database: Answering, told: Mapping[str, object]) -> int:
    """The block that holds the middle of a window; 0 when nobody put it together."""
    rows = database.ask(question("window_blocks"), until_s=told["closed_s"]).rows()
    blocks = {(row["its_metric"], row["since_s"]): int(row["its_block"]) for row in rows}
    return blocks.get((told["metric"], told["first_s"]), 0)


@cache
def _question(measure: str, kept: bool) -> Question:
    part, shown = WAYS[measure]
    middle = question("metric_block" if kept else "metric_buckets").sql
    text = Template(question("metric").sql).substitute(middle=middle, shown=shown)
    return Question(f"metric.{measure}", Template(text).substitute(part=part))
