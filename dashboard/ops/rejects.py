"""What was turned away, by reason, with samples shown as text that can do nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from config.words import Words
from dashboard.inflow import Sample, Turned
from dashboard.ops.table import known, table
from dashboard.telling import day_clock, printable

COLUMNS = ("stream", "reason", "lately", "total", "newest")
SHOWN = 1500
"""Bytes of a sample that are shown."""


def rejects(
    turned: Sequence[Turned], chosen: tuple[str, str] | None, words: Words, zone: tzinfo, now: datetime
) -> Component:
    """A row a reason; the reason is a link that shows its samples, or hides them again."""
    if not turned:
        return html.P(words("ops.rejects.empty"), className="ops-none")
    heads = [words(f"ops.rejects.{key}") for key in COLUMNS]
    return table(
        words("ops.rejects.title"), heads, [_row(one, chosen, words, zone, now) for one in turned], numbers=(2, 3, 4)
    )


def _row(one: Turned, chosen: tuple[str, str] | None, words: Words, zone: tzinfo, now: datetime) -> list[Any]:
    shown = chosen == (one.stream, one.reason)
    where = {"lang": words.language} if shown else {"stream": one.stream, "reason": one.reason, "lang": words.language}
    reason = known(f"ops.reason.{one.reason}", one.reason, words)
    link = dcc.Link(reason, href="/ops?" + urlencode(where), className="ops-fold open" if shown else "ops-fold")
    stream = known(f"ops.stream.{one.stream}", one.stream, words)
    return [stream, link, f"{one.lately:,}", f"{one.total:,}", day_clock(one.newest, now, zone, seconds=True)]


def samples(found: Sequence[Sample], words: Words, zone: tzinfo, now: datetime) -> Component:
    """The newest samples of the chosen reason, each with where it stood, what was wrong and its bytes."""
    return html.Div([_sample(one, words, zone, now) for one in found], className="ops-samples")


def _sample(one: Sample, words: Words, zone: tzinfo, now: datetime) -> Component:
    when = day_clock(one.received, now, zone, seconds=True)
    head = words("ops.rejects.sample", clock=when, position=one.position, size=f"{one.size:,}")
    cut = [html.Small(words("ops.rejects.cut", n=f"{SHOWN:,}"))] if one.size > SHOWN else []
    return html.Div([html.Small(head), html.P(one.detail), html.Pre(printable(one.raw[:SHOWN])), *cut])
