"""/healthz, /readyz and /metrics: for supervisors and Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from dashboard import answers, inflow
from dashboard.inflow import Turned
from dashboard.metrics import CONTENT_TYPE, Figures, exposition
from dashboard.tables import by_level
from dashboard.vitals import PROCESSES, Beat, Trouble, newest, troubles
from layers.moments import DAY
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.context import Context
    from dashboard.state import Moment
    from layers.picture import Source

SEEN = timedelta(minutes=10)
"""How far back a heartbeat is looked for: an older one says no more than none."""
PATIENCE = 2.0  # seconds; a supervisor asks with a timeout of its own, often 3

Counted = tuple[tuple[Turned, ...], Mapping[str, int]]
"""What was turned away, and corrections by verdict."""
NOTHING: Counted = ((), {})

Looked = tuple[tuple[Beat, ...], tuple[Trouble, ...]]


def router(context: Context) -> APIRouter:
    """The three routes. None of them answers 500 when the database is down."""
    api = APIRouter(tags=["health"])

    @api.get("/healthz")
    async def healthz() -> answers.HealthOut:
        """This process is alive and answers. Says nothing about the rest: see /readyz."""
        return answers.HealthOut()

    @api.get("/readyz", responses={503: {"model": answers.ReadyOut}})
    async def readyz() -> JSONResponse:
        """Whether the screens can be trusted: database, snapshot, ingest and watch. 503 with the reasons when not."""
        _, found = await _looked(context)
        told = answers.ReadyOut(ready=not found, reasons=tuple(trouble.sentence() for trouble in found))
        return JSONResponse(told.model_dump(mode="json"), 503 if found else 200)

    @api.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """For Prometheus, text format."""
        return Response(await _metrics(context), media_type=CONTENT_TYPE)

    return api


def look(context: Context) -> Looked:
    """Heartbeats, and everything that keeps the screens from being ready."""
    return _told(context, *_beats(context, context.state.now()))


async def _looked(context: Context) -> Looked:
    """As `look`, but a database that has not answered in PATIENCE counts as one that cannot be reached."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(look, context), PATIENCE)
    except TimeoutError:
        return _told(context, (), reachable=False)


def _told(context: Context, beats: tuple[Beat, ...], reachable: bool) -> Looked:
    now, moment = context.state.now(), context.state.moment
    taken = moment.snapshot.now if moment.snapshot else None
    return beats, troubles(
        now, database=reachable, snapshot_at=taken, error=moment.error, beats=beats, free=moment.free
    )


def _beats(context: Context, now: datetime) -> tuple[tuple[Beat, ...], bool]:
    try:
        return inflow.beats(context.database, now - SEEN), True
    except (DatabaseUnavailable, QueryFailed):
        return (), False


def _counted(context: Context, now: datetime) -> Counted:
    try:
        return inflow.turned_away(context.database, now - DAY), inflow.corrected(context.database)
    except (DatabaseUnavailable, QueryFailed):
        return NOTHING


async def _counted_soon(context: Context, now: datetime) -> Counted:
    try:
        return await asyncio.wait_for(asyncio.to_thread(_counted, context, now), PATIENCE)
    except TimeoutError:
        return NOTHING


async def _metrics(context: Context) -> bytes:
    beats, found = await _looked(context)
    now = context.state.now()
    down = any(trouble.part == "database" for trouble in found)
    turned, corrections = NOTHING if down else await _counted_soon(context, now)
    told = figures(context.state.moment, beats, turned, now, ready=not found)
    return exposition(replace(told, screens=context.state.watching, corrections=corrections))


def figures(moment: Moment, beats: Sequence[Beat], turned: Sequence[Turned], now: datetime, *, ready: bool) -> Figures:
    """One scrape's figures from what is known at `now`."""
    sources = moment.snapshot.sources if moment.snapshot else ()
    last = {process: beat for process in PROCESSES if (beat := newest(beats, process))}
    return Figures(
        ready=ready,
        snapshot_age=_age(moment.snapshot.now, now) if moment.snapshot else None,
        snapshot_seconds=moment.seconds,
        alerts=by_level(moment.shown) if moment.snapshot else {},
        hidden=moment.hidden_why if moment.snapshot else {},
        unacknowledged=_unacknowledged(moment),
        lag={one.stream: float(one.lag) for one in sources if one.lag is not None},
        held={one.stream: float(one.held) for one in sources},
        rows_15min={one.stream: float(one.rows) for one in sources},
        delay=_delays(sources, now),
        rejects={(one.stream, one.reason): one.total for one in turned},
        heartbeat_age={process: _age(beat.at, now) for process, beat in last.items()},
    )


def _unacknowledged(moment: Moment) -> int | None:
    if moment.snapshot is None:
        return None
    return sum(alert.acknowledged is None for alert in moment.shown)


def _delays(sources: Sequence[Source], now: datetime) -> dict[str, float]:
    return {one.stream: _age(one.at, now) for one in sources if one.at is not None}


def _age(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds())
