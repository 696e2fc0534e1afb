"""A correction in words: what history says now, what was told, and what came late. Pure."""

from __future__ import annotations

from datetime import tzinfo

from alerts.alert import instant
from alerts.corrections import Correction, Lateness
from alerts.episodes import Episode
from alerts.explain import amount, span
from alerts.rules import Rule
from config.words import Words

HOUR, MINUTE = 3_600_000, 60_000


def sentence(one: Correction, rule: Rule, words: Words, zone: tzinfo) -> str:
    """What is corrected, from what to what, and why; times of the city."""
    return words(
        "late.sentence",
        verdict=words(f"late.verdict.{one.verdict}"),
        now=_said(one.now, rule, words, zone),
        told=_said(one.told, rule, words, zone),
        reason=reason(one.lateness, words),
    )


def reason(late: Lateness, words: Words) -> str:
    """How much came late, from whom, and how late at most."""
    size = HOUR if late.late >= HOUR else MINUTE
    lateness = span(max(1, round(late.late / size)) * size, words)
    # "and 2 more" beside the one that is named; 等 3 个 counts it too
    more = late.devices if words.language == "zh-CN" else late.devices - 1
    others = words("late.others", n=more) if late.devices > 1 else ""
    return words(f"late.reason.{late.stream}", n=late.readings, device=late.device, others=others, late=lateness)


def _said(one: Episode | None, rule: Rule, words: Words, zone: tzinfo) -> str:
    if one is None:
        return words("late.nothing")
    return words(
        "late.said",
        level=words(f"level.{one.level}"),
        since=_clock(one.since, zone),
        until=words("late.goes_on") if one.until is None else _clock(one.until, zone),
        peak="" if one.peak is None else words("late.peak", value=amount(one.peak, rule, words)),
    )


def _clock(at: int, zone: tzinfo) -> str:
    return f"{instant(at).astimezone(zone):%m-%d %H:%M}"
