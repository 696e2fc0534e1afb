"""The thresholds of an alert with where they come from and since when, and what would clear it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import html
from dash.development.base_component import Component

from alerts import explain
from alerts.alert import Alert
from alerts.rules import Rule
from alerts.steps import Dated, Step
from config.words import Words


def basis(alert: Alert, rule: Rule, words: Words, day: date) -> Component:
    """A line a level, that of now marked; source, validity and rule; what would clear it. `day` is the city's."""
    pairs = [
        ("source", words(f"rule.basis.{rule.basis}", source=words.name(rule.source))),
        ("validity", _validity(alert, rule, words, day)),
        ("clears", _clears(alert, rule, words)),
        ("rule", f"{rule.key} · {alert.version}"),
    ]
    told = [html.Div([html.Dt(words(f"why.basis.{key}")), html.Dd(text)]) for key, text in pairs if text]
    return html.Div(
        [
            html.H3(words("why.basis.title")),
            html.Ol(_ladder(alert, rule, words), className="why-levels"),
            html.Dl(told),
        ],
        className="why-basis",
    )


def _ladder(alert: Alert, rule: Rule, words: Words) -> list[Component]:
    known = alert.detail.get("thresholds")
    numbers: Mapping[str, float] = known if isinstance(known, Mapping) and known else rule.thresholds(None)
    return [
        _level(level, numbers[level], alert.level == level, rule, words)
        for level in reversed(rule.ladder)
        if level in numbers
    ]


def _level(level: str, number: float, now: bool, rule: Rule, words: Words) -> Component:
    current: dict[str, Any] = {"aria-current": "true"} if now else {}
    step = rule.levels[level]  # type: ignore[index]  # a level of the ladder
    said = _said(step, number, rule, words)
    parts = [
        html.I(className=f"desk-dot level-{level}"),
        html.Span(words(f"level.{level}")),
        html.B("" if rule.unit == explain.LEVEL else explain.amount(number, rule, words)),
        html.Small(" · ".join(said)),
    ]
    return html.Li(parts, className="now" if now else "", **current)


def _said(step: Step, number: float, rule: Rule, words: Words) -> list[str]:
    """Where this level's number comes from, over which window, and how long it must hold."""
    said = [words("why.basis.over", span=explain.span(step.window, words))] if step.window else []
    wait = rule.wait if step.wait is None else step.wait
    said += [words("why.basis.for", span=explain.span(wait, words))] if wait else []
    if step.mark:
        offset = f"{step.offset:+g}" if step.offset else ""
        key = "why.basis.mark_offset" if offset else "why.basis.mark"
        return [words(key, mark=words(f"alert.mark.{step.mark}"), offset=offset), *said]
    own = rule.registered and step.at is not None and number != step.at
    return [words("why.basis.registered"), *said] if own else said


def _validity(alert: Alert, rule: Rule, words: Words, day: date) -> str:
    """Since when and until when the number of the alert's level is in force, when the rule dates it."""
    step = rule.levels.get(alert.level)  # type: ignore[call-overload]
    holding = [one for one in (step.dated or ()) if one.holds(day)] if step else []
    if not holding:
        return words("why.basis.undated")
    return " · ".join(_dates(holding[-1], words))


def _dates(one: Dated, words: Words) -> list[str]:
    since = [words("why.basis.since", day=f"{one.since:%Y-%m-%d}")] if one.since else []
    return since + ([words("why.basis.until", day=f"{one.until:%Y-%m-%d}")] if one.until else [])


def _clears(alert: Alert, rule: Rule, words: Words) -> str:
    if alert.state == "stale":
        return words("why.basis.silence")
    condition = explain.clearing(alert, rule, words)
    keep = words("why.basis.for", span=explain.span(rule.keep, words)) if rule.keep and condition else ""
    return " · ".join(part for part in (condition.strip(), keep) if part)
