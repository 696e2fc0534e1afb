"""One line above all: is everything well, or what is not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.telling import ago
from dashboard.vitals import Trouble


def ready(found: Sequence[Trouble], words: Words, gaps: Iterable[str] = ()) -> Component:
    """A calm line when there is nothing, else each trouble with its part and age, and each gap, as a sentence."""
    told = [*(_sentence(trouble, words) for trouble in found), *gaps]
    if not told:
        return html.P(html.Span([html.I(className="ops-ring"), words("ops.ready.yes")]))
    head = html.Strong([html.I(className="ops-ring late"), words("ops.ready.no", n=len(told))])
    return html.P([head, *(html.Span(one) for one in told)], className="bad")


def _sentence(trouble: Trouble, words: Words) -> str:
    age = "" if trouble.seconds is None else f" · {ago(timedelta(seconds=trouble.seconds), words)}"
    return f"{words(f'ops.part.{trouble.part}')} {words(f'ops.trouble.{trouble.what}')}{age}"
