"""What a reader who does not see the list is told: that alerts opened or got worse. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alerts.alert import rank
from config.words import Words
from dashboard.telling import Line

MOST = 3
"""Alerts that are named in one breath."""


def levels(lines: Sequence[Line]) -> dict[str, str]:
    """What is remembered between two looks: the level of each open alert."""
    return {line.id: line.level for line in lines}


def news(lines: Sequence[Line], known: Mapping[str, str] | None, words: Words) -> str:
    """The alerts that were not there or were milder, the most urgent first; '' for none, and at the first look."""
    if known is None:
        return ""
    found = [line for line in lines if rank(line.level) > rank(known.get(line.id, ""))]
    told = [_told(line, words) for line in found[:MOST]]
    more = [words("desk.news.more", n=len(found) - MOST)] if len(found) > MOST else []
    return words("desk.news.join").join([*told, *more])


def _told(line: Line, words: Words) -> str:
    return words("desk.news.one", level=words(f"level.{line.level}"), headline=line.headline, place=line.place)
