"""A plain table: a caption for readers who do not see, heads, rows, a class for numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.aria import label

Cell = Any


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], numbers: Iterable[int] = ()) -> Component:
    """`numbers` are the columns (from 0) that hold numbers: right-aligned, tabular."""
    right = set(numbers)
    return html.Table(
        [
            html.Thead(
                html.Tr([html.Th(head, scope="col", className=_side(place, right)) for place, head in enumerate(heads)])
            ),
            html.Tbody(
                [
                    html.Tr([html.Td(cell, className=_side(place, right)) for place, cell in enumerate(row)])
                    for row in rows
                ]
            ),
        ],
        className="ops-table",
        **label(title),
    )


def facts(pairs: Iterable[tuple[Cell, Cell]]) -> Component:
    """Names and their values, a line each."""
    return html.Dl([part for name, value in pairs for part in (html.Dt(name), html.Dd(value))], className="ops-facts")


def known(key: str, plain: str, words: Words) -> str:
    """The words of a key; what the machine calls it, when there are none yet."""
    return words(key) if words.has(key) else plain


def _side(place: int, right: set[int]) -> str:
    return "number" if place in right else ""
