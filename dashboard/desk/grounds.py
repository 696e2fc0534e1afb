"""Under the figure: a few rows of what caused the alert, and its thresholds with their source. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.desk.basis import basis
from dashboard.desk.proof import Proof
from dashboard.ops.table import table
from dashboard.spoken import marked

WORD = re.compile(r"([!-~]{13,})")
"""Longer words than this are wrapped in a narrow table: an address, an id. A time or a number is shorter."""
PIECE = re.compile(r"[^@._/:+-]{1,12}[@._/:+-]*|[@._/:+-]+")
"""What of a long word stays on one line: up to a sign that ends a part of it."""


if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.rules import Rule


def grounds(proof: Proof, alert: Alert, rule: Rule, words: Words, zone: tzinfo, now: datetime) -> Sequence[Component]:  # noqa: PLR0913, PLR0917 - what is told, and how
    """Two parts side by side: what was read or counted; what it is held against."""
    return [_causes(proof, words), basis(alert, rule, words, now.astimezone(zone).date())]


def _causes(proof: Proof, words: Words) -> Component:
    left = proof.total - len(proof.rows)
    more = [html.P(words("why.more", n=f"{left:,}"), className="why-more")] if left > 0 else []
    rows = [[list(_cell(cell, words.language)) for cell in row] for row in proof.rows]
    found = table(proof.title, proof.heads, rows, proof.numbers) if rows else _none(proof, words)
    return html.Div([html.H3(words("why.causes")), found, *more], className="why-causes")


def _none(proof: Proof, words: Words) -> Component:
    return html.P(words("why.broken" if proof.broken else "why.none"), className="desk-empty")


def _cell(text: str, language: str) -> Iterator[str | Component]:
    for part in marked(text, language):
        yield from _wrapped(part) if isinstance(part, str) else (part,)


def _wrapped(text: str) -> Iterator[str | Component]:
    """A text whose long words may be wrapped between their parts, and nowhere else."""
    for at, word in enumerate(WORD.split(text)):
        first, *more = PIECE.findall(word) if at % 2 else (word,)
        yield first
        for piece in more:
            yield html.Wbr()
            yield piece
