"""Who was told what within a day, and whether it arrived. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.telling import day_clock

if TYPE_CHECKING:
    from alerts.outbox import Told

BAD = ("failed", "unsure", "given_up")
MOST = 60


def notices(found: Sequence[Told], words: Words, zone: tzinfo, now: datetime) -> list[Component]:
    """A row a notice, the newest first: when, to whom, what, and what became of it."""
    if not found:
        return [html.P(words("notice.list.empty"), className="desk-empty")]
    return [_notice(one, words, zone, now) for one in found[:MOST]]


def count(found: Sequence[Told], words: Words) -> str:
    """How many, and how many of them did not arrive."""
    bad = sum(one.post.state in BAD for one in found)
    return words("notice.list.trouble" if bad else "notice.list.count", n=len(found), bad=bad)


def _notice(one: Told, words: Words, zone: tzinfo, now: datetime) -> Component:
    post = one.post
    state = words(f"notice.state.{post.state}")
    told = f"{state} ({post.error})" if post.error and post.state in BAD else state
    return html.Div(
        [
            html.Time(day_clock(one.decided, now, zone, seconds=True)),
            html.Span(
                [html.Strong(post.body.get("title", "")), html.Small(post.group.receiver)], className="desk-place"
            ),
            html.Span(told, className="desk-until desk-bad" if post.state in BAD else "desk-until"),
        ],
        className="desk-silence desk-told",
        key=post.id,
    )
