"""The curves of a place, as of `now`: whole steps that the rollups keep, then those that they do not have whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from layers import contents
from layers.asking import Answering, ask, of, put, question, rolled
from layers.contents import Steps
from layers.cuts import steps
from layers.measuring import blocks
from layers.metric_scales import SCALES
from layers.moments import DAY, HOUR, WEEK, from_ms, to_ms, window
from layers.picture import Series
from layers.scope import Look, Scope

QUARTER = timedelta(minutes=15)
"""A step of the curves of few devices."""
FEW = 200
"""Devices whose five minutes are read one by one."""
SPANS = {HOUR: 3600, QUARTER: 300}
"""Seconds of the buckets that steps are made of."""
FIVES = {HOUR: HOUR, QUARTER: DAY}
"""How far back five minutes are asked for: of hours only that which is open."""


def day(database: Answering, look: Look, metrics: Sequence[str], now: datetime) -> tuple[Series, ...]:
    """The last 24 hours in quarters of an hour; in hours where there are many devices (a district, an area), and where
    five minutes are not kept any more. Raises as Database.ask.
    """
    devices = _few(database, look, metrics, now) if metrics and _near(database, now) else None
    if devices is None:
        return tuple(filter(_said, map(_last_day, week(database, look, metrics, now))))
    return _curves(database, replace(_scope(look), devices=devices), metrics, now, DAY, QUARTER) if devices else ()


def week(database: Answering, look: Look, metrics: Sequence[str], now: datetime) -> tuple[Series, ...]:
    """The last 7 days in hours. Raises as Database.ask."""
    return _curves(database, _scope(look), metrics, now, WEEK, HOUR) if metrics else ()


def _last_day(one: Series) -> Series:
    hours = DAY // HOUR
    return replace(one, values=one.values[-hours:], times=one.times[-hours:])


def _said(one: Series) -> bool:
    return any(value is not None for value in one.values)


def _near(database: Answering, now: datetime) -> bool:
    """Whether five minutes of a day are kept, or nothing is: then it is all worked out from readings."""
    known = rolled(database, now, DAY)
    return known["lately_ms"] > 0 or not known["rolled_ms"]


def _few(database: Answering, look: Look, metrics: Sequence[str], now: datetime) -> tuple[str, ...] | None:
    """The devices that the curves of a day are made of; None where they are many, or no cells say which."""
    if look.device:
        return (look.device,)
    if not look.here.cells:
        return None
    place = {"mask": look.here.mask, "cells": list(look.here.cells)}
    answer = ask(database, "devices_of_cells", now, DAY, metrics=list(metrics), most=FEW + 1, **place)
    found = tuple(sorted(answer.column("its_device")))
    return found if len(found) <= FEW else None


def _scope(look: Look) -> Scope:
    return Scope(devices=(look.device,)) if look.device else look.here


def _curves(  # noqa: PLR0913,PLR0917
    database: Answering, scope: Scope, metrics: Sequence[str], now: datetime, back: timedelta, step: timedelta
) -> tuple[Series, ...]:
    """Steps begin at whole steps of the clock, as the rollups do; the last holds `now` and is not full yet."""
    step_ms = step // timedelta(milliseconds=1)
    since = from_ms((to_ms(now - back) // step_ms + 1) * step_ms)
    assert since is not None  # noqa: S101 - no moment of a city is 1970
    told: dict[str, Any] = {**scope.params(), **window(now, now - since), "metrics": list(metrics)}
    told |= {"step_ms": step_ms, "step_s": step_ms // 1000, "span": SPANS[step]}
    told |= steps(**told, **rolled(database, now, FIVES[step]))
    rows = [*_kept(database, scope, told), *_rest(database, scope, told)]
    sums = [metric for metric in metrics if metric in SCALES and SCALES[metric].measure == "sum"]
    found = contents.series(rows, metrics, sums, Steps(since, step, now))
    return tuple(replace(one, unit=SCALES[one.key].unit if one.key in SCALES else "") for one in found)


def _kept(database: Answering, scope: Scope, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the whole steps."""
    if told["kept_s"] <= told["since_s"]:
        return []
    return _ask(database, "device_steps" if scope.devices else "place_hours", told, place=scope.condition())


def _rest(database: Answering, scope: Scope, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of the steps after those: what is closed of them was put together, or is in buckets; then readings."""
    open_hour = told["closed_s"] > told["kept_s"]
    made = blocks(database, told["kept_s"], told["closed_s"]) if open_hour else {}
    parts = [*(["place_block" if made else "place_buckets"] if open_hour else []), "place_readings"]
    texts = " UNION ALL ".join(question(part).sql for part in parts)
    named = [made[metric] for metric in told["metrics"] if metric in made]
    return _ask(database, "place_rest", {**told, "blocks": named}, parts=texts, place=scope.condition())


def _ask(database: Answering, name: str, told: Mapping[str, Any], **parts: str) -> list[dict[str, Any]]:
    return put(database, of(name, **parts), told).rows()
