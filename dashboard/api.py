"""/api: the city for other programs. Answers are described in answers.py, so /openapi.json tells their shapes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from alerts import journal
from config.read import read_words
from dashboard import (
    answers,
    correction_routes,
    datums,
    device_routes,
    ground_api,
    health,
    inflow,
    notice_routes,
    silence_routes,
    tables,
)
from dashboard.actions import act
from dashboard.atlas import area_routes
from dashboard.conduct import Wish
from dashboard.parameters import Key, known_only
from dashboard.telling import Teller
from layers.moments import DAY
from layers.sources import heard, pulsed
from streams.clickhouse import DatabaseUnavailable, QueryFailed
from streams.records import Stream

if TYPE_CHECKING:
    from dashboard.actions import Outcome
    from dashboard.context import Context
    from dashboard.inflow import Turned
    from dashboard.state import CityState, Moment
    from layers.picture import Snapshot
    from layers.sources import Pulse

Language = Annotated[Literal["zh-CN", "en"] | None, Query(description="of the sentences; the machine's own by default")]
Found = TypeVar("Found")
PATIENCE = 1.8
"""Seconds; who asks /api has a timeout of its own, often 3."""
FROZEN = 5.0
"""Seconds; a picture is taken each second, on a very busy machine each three: no other for so long, and it hangs."""

Responses = dict[int | str, dict[str, Any]]
FAULTS: Responses = {code: {"model": answers.Fault} for code in (400, 422, 503)}
MISSING: Responses = {404: {"model": answers.Fault}}
FOREIGN: Responses = {403: {"model": answers.Fault}, 409: {"model": answers.Fault}, 415: {"model": answers.Fault}}


def router(context: Context) -> APIRouter:
    """Every route of /api, and /healthz, /readyz, /metrics."""
    api, soon = APIRouter(), in_time(context.state)
    for routes in (
        _alert_routes(context),
        silence_routes.router(context, soon, FAULTS),
        correction_routes.router(context, soon, instant, FAULTS),
        notice_routes.router(context, soon, FAULTS),
        area_routes.router(context, soon, FAULTS),
        _picture_routes(context),
        _stream_routes(context),
        device_routes.router(context, soon, FAULTS),
        ground_api.router(context, FAULTS),
    ):
        api.include_router(routes, dependencies=[Depends(known_only)])
    api.include_router(health.router(context))

    @api.get("/openapi.json", include_in_schema=False)
    async def description(request: Request) -> dict[str, Any]:
        """Where programs look for it, whatever address the application gave it."""
        found: dict[str, Any] = request.app.openapi()
        return found

    return api


def _alert_routes(context: Context) -> APIRouter:
    api, soon = APIRouter(prefix="/api", tags=["alerts"]), in_time(context.state)

    @api.get("/alerts", responses=FAULTS)
    async def alerts(
        lang: Language = None,
        history: Annotated[bool, Query(description="with the transitions since `since`")] = False,
        since: Annotated[str, Query(description="ISO 8601 with offset, or epoch ms; a day ago by default")] = "",
        limit: Annotated[int, Query(ge=1, le=10_000, description="of transitions; then `next_since` says more")] = 1000,
        datum: datums.Asked = "WGS-84",
    ) -> answers.AlertsOut:
        """What is open now, worst first; with `history=1` how it came to be: a page of at most `limit` transitions."""
        moment, teller = context.state.moment, _teller(context, lang)
        start = instant(since) if since else context.state.now() - DAY
        steps = await soon(lambda: journal.history(context.database, "", start, limit)) if history else None
        found = tables.alerts(moment, teller, steps, context.state.now(), limit)
        return datums.told_in(found, datum)

    @api.post("/alerts/{alert}/actions", responses={**FAULTS, **MISSING, **FOREIGN})
    async def acted(
        alert: str, action: answers.ActionIn, request: Request, lang: Language = None, key: Key = ""
    ) -> answers.ActedOut:
        """Acknowledge, withdraw an acknowledgement, or note. Doing twice what is done already appends nothing."""
        silence_routes.same_origin(request)
        wish = Wish(action.kind, action.actor, action.text)
        return _acted(context, await soon(lambda: act(context, alert, wish, key)), _teller(context, lang))

    @api.get("/incidents")
    async def incidents(lang: Language = None) -> answers.IncidentsOut:
        """A skeleton: open alerts grouped by district and scenario, made anew at each request."""
        return tables.incidents(context.state.moment, _teller(context, lang))

    return api


def _picture_routes(context: Context) -> APIRouter:
    api = APIRouter(prefix="/api", tags=["city"], responses=FAULTS)

    @api.get("/hexes/{layer}", responses=MISSING)
    async def hexes(layer: str) -> answers.HexesOut:
        """One layer of the map: H3 cells as text, a value each, the fixed scale and what it rests on."""
        if layer not in tables.known_layers():
            raise HTTPException(404, f"no layer {layer!r}; there are: {', '.join(tables.known_layers())}")
        snapshot = _snapshot(context.state.moment)
        if layer not in snapshot.hexes:
            raise HTTPException(503, f"layer {layer!r} could not be read this time: {'; '.join(snapshot.failures)}")
        return tables.hexes(snapshot, layer, context.city.grid)

    @api.get("/snapshot")
    async def snapshot() -> answers.SnapshotOut:
        """The city's picture in short: figures, cells with data, open alerts by level."""
        moment = context.state.moment
        return tables.summary(moment, _snapshot(moment), context.state.now())

    return api


def _stream_routes(context: Context) -> APIRouter:
    api = APIRouter(prefix="/api", tags=["streams"], responses=FAULTS)
    database, soon = context.database, in_time(context.state)

    @api.get("/streams")
    async def streams() -> answers.StreamsOut:
        """Each stream: accepted, rejected by reason, lag, rate, newest event, whether it is late."""
        now, snapshot = context.state.now(), _snapshot(context.state.moment)

        def question() -> tuple[Mapping[str, Pulse], Mapping[str, int], Sequence[Turned]]:
            return heard(database, now), inflow.accepted(database), inflow.turned_away(database, now - DAY)

        beats, accepted, turned = await soon(question)
        sources = [pulsed(one, beats) for one in snapshot.sources]  # the picture's would be some seconds old
        return tables.streams(sources, accepted, turned, context.settings.topic, now, snapshot.now)

    @api.get("/rejects")
    async def rejects(
        stream: Stream | None = None,
        reason: Annotated[str, Query(max_length=80)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> answers.RejectsOut:
        """The newest messages that were turned away, with reason and bytes."""
        found = await soon(lambda: inflow.samples(database, stream or "", reason, limit))
        return answers.RejectsOut(rejects=tuple(map(tables.reject, found)))

    return api


async def asked(question: Callable[[], Found]) -> Found:
    """The answer of a question that runs in a thread; 503 when the database does not give one."""
    try:
        return await asyncio.to_thread(question)
    except DatabaseUnavailable as error:
        raise HTTPException(503, f"the database cannot be reached: {error}") from None
    except QueryFailed as error:
        raise HTTPException(503, f"the database refused the question: {error}") from None


def in_time(state: CityState) -> Callable[[Callable[[], Any]], Awaitable[Any]]:
    """`asked`, but 503 after PATIENCE when the picture is not renewed either: the database hangs. Only then: a question
    may take long, and while the database answers others it is waited for."""

    async def soon(question: Callable[[], Any]) -> Any:
        task = asyncio.ensure_future(asked(question))
        while not (await asyncio.wait({task}, timeout=PATIENCE))[0]:
            _not_hung(state, task)
        return task.result()

    return soon


def _not_hung(state: CityState, task: asyncio.Future[Any]) -> None:
    taken = state.moment.snapshot
    age = (state.now() - taken.now).total_seconds() if taken else None
    if age is not None and age < FROZEN:
        return
    task.cancel()
    seen = "no picture was taken yet" if age is None else f"the last picture is {age:.0f} s old: see /api/snapshot"
    told = f"the database has not answered for {PATIENCE} s, and {seen}; a change that was asked for may yet be made"
    raise HTTPException(503, f"{told}: asked again with the same Idempotency-Key it is made once")


def instant(text: str) -> datetime:
    """A time of a query: ISO 8601 with offset, or epoch ms. 422 for anything else."""
    try:
        at = datetime.fromtimestamp(int(text) / 1000, UTC) if text.isascii() and text.isdigit() else _iso(text)
    except (ValueError, OverflowError, OSError):
        raise HTTPException(
            422, f"{text!r} is no time; write 2026-07-21T16:42:00+08:00 (+ as %2B) or epoch ms"
        ) from None
    return at


def _iso(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no offset")
    return at


def _acted(context: Context, outcome: Outcome, teller: Teller) -> answers.ActedOut:
    refused = outcome.refusal
    why = refused.sentence(teller.words, context.profile.zone) if refused else None
    if refused and not refused.settled:
        raise HTTPException({"unknown": 404, "cleared": 409}.get(refused.why, 422), why)
    done = outcome.action or (refused.action if refused else None)
    return answers.ActedOut(
        appended=outcome.action is not None,
        why=why,
        action=tables.action(done) if done else None,
        alert=tables.alert(outcome.alert, teller) if outcome.alert else None,
    )


def _snapshot(moment: Moment) -> Snapshot:
    if moment.snapshot is None:
        raise HTTPException(503, f"no picture of the city was taken yet: {moment.error or 'the first is being taken'}")
    return moment.snapshot


def _teller(context: Context, language: str | None) -> Teller:
    return Teller(context.rulebook, context.city, read_words(language or context.settings.language))
