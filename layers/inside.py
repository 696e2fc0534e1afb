"""Asks what lies in a place as of `now`: devices, cases, events, past warnings, its figures of a day and a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from layers import contents
from layers.asking import ask, heard, question, rolled
from layers.contents import LIMIT, Past, Several, Steps
from layers.kinds import SILENT_S
from layers.metric_scales import SCALES
from layers.moments import DAY, HOUR, WEEK, from_ms, to_ms
from layers.picture import Series
from layers.scope import Look, Scope
from streams.clickhouse import Database

CASES_BACK = timedelta(days=60)
EVENTS_BACK = timedelta(days=7)
ALERTS_BACK = timedelta(days=30)
QUARTER = timedelta(minutes=15)
"""A step of the figures of a day."""
FEW = 200
"""Devices whose five minutes are read one by one; of more, all are read."""

EVERYWHERE = Scope()


def devices(database: Database, look: Look, now: datetime, metric: str = "", most: int = LIMIT) -> Several:
    """Devices here and in the ring, after the silent ones those that tell of `metric`. Raises as Database.ask."""
    told = {"device": "", "metric": metric, "silent_s": SILENT_S, "most": most}
    return contents.devices(
        ask(database, "inside_devices", now, DAY, look.widest, **look.range(), **told).rows(), look.here
    )


def device(database: Database, id: str, now: datetime) -> contents.Device | None:
    """One device as the registry and its readings of a day have it; None when neither knows it."""
    told = {"device": id, "metric": "", "low": 0, "high": 0, "silent_s": SILENT_S, "most": 1}
    answer = ask(database, "inside_devices", now, DAY, EVERYWHERE, **told)
    return next(iter(contents.devices(answer.rows(), EVERYWHERE).items), None)


def cases(database: Database, look: Look, now: datetime, most: int = LIMIT) -> Several:
    """Open cases here and in the ring."""
    rows = ask(database, "inside_cases", now, CASES_BACK, look.widest, **look.range(), most=most).rows()
    named = [row["case"] for row in rows]
    words = ask(database, "cases_told", now, CASES_BACK, cases=named).rows() if named else []
    told = {row["case"]: row for row in words}
    return contents.cases([{**row, **told[row["case"]]} for row in rows], look.here)


def events(database: Database, look: Look, now: datetime, most: int = LIMIT) -> Several:
    """Events that are not over, here and in the ring."""
    answer = ask(database, "inside_events", now, EVENTS_BACK, look.widest, **look.range(), most=most)
    return contents.events(answer.rows(), look.here)


def past(database: Database, look: Look, now: datetime, most: int = LIMIT) -> tuple[Past, ...]:
    """Warnings of this place, and in it, of the last 30 days."""
    answer = ask(database, "inside_alerts", now, ALERTS_BACK, look.here, place=look.place, most=most)
    return contents.past(answer.rows())


def day(database: Database, look: Look, metrics: Sequence[str], now: datetime) -> tuple[Series, ...]:
    """The last 24 hours in quarters of an hour; in hours where there are many devices (a district, an area), and where
    five minutes are not kept any more.
    """
    known = rolled(database, now, DAY)
    near = known["lately_ms"] > 0 or not known["rolled_ms"]
    few = bool(look.device or look.here.cells)
    return _series(database, look, metrics, now, DAY, QUARTER if near and few else HOUR)


def week(database: Database, look: Look, metrics: Sequence[str], now: datetime) -> tuple[Series, ...]:
    """The last 7 days in hours."""
    return _series(database, look, metrics, now, WEEK, HOUR)


def _series(  # noqa: PLR0913,PLR0917
    database: Database, look: Look, metrics: Sequence[str], now: datetime, back: timedelta, step: timedelta
) -> tuple[Series, ...]:
    """Steps begin at whole steps of the clock, as the rollups do; the last holds `now` and is not full yet."""
    if not metrics:
        return ()
    step_ms = step // timedelta(milliseconds=1)
    since = from_ms((to_ms(now - back) // step_ms + 1) * step_ms)
    assert since is not None  # noqa: S101 - no moment of a city is 1970
    scope = EVERYWHERE if look.device else look.here
    told: dict[str, object] = {"metrics": list(metrics), "step_ms": step_ms}
    few = _few(database, look, metrics, now) if step < HOUR or look.device else []
    if few:
        told |= {"device": look.device, "devices": few, "anywhere": int(not scope.cells)}
    answer = ask(database, "device_series" if few else "inside_series", now, now - since, scope, **told)
    sums = [metric for metric in metrics if metric in SCALES and SCALES[metric].measure == "sum"]
    found = contents.series(answer.rows(), metrics, sums, Steps(since, step, now))
    return tuple(replace(one, unit=SCALES[one.key].unit if one.key in SCALES else "") for one in found)


def _few(database: Database, look: Look, metrics: Sequence[str], now: datetime) -> list[str]:
    """The devices that a series of a day is made of, when they are known and not many; else none."""
    if look.device:
        return [look.device]
    if not heard(database, now):
        return []
    params = {"metrics": list(metrics), "mask": look.here.mask, "cells": list(look.here.cells), "most": FEW + 1}
    found = list(database.ask(question("devices_of_cells"), **params).column("device"))
    return found if len(found) <= FEW else []
