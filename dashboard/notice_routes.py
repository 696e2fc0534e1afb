"""/api/notices: who was told what, and whether it arrived. /api/alerts/<id>.cap: an alert as CAP 1.2."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import Field

from alerts import cap, journal, origins, outbox
from config.read import read_words
from config.words import LANGUAGES
from dashboard.actions import find_open
from dashboard.answers import Answer, Fault

if TYPE_CHECKING:
    from dashboard.context import Context

CAP = {200: {"content": {"application/cap+xml": {}}}, 404: {"model": Fault}}


class NoticeOut(Answer):
    """One notice: what was decided, and what became of it."""

    id: str
    receiver: str
    step: int = Field(description="step of the ladder; 0 is told at once")
    district: str
    scenario: str
    kind: str
    reason: str
    title: str
    simulated: bool = Field(description="all that it tells comes from simulated data")
    decided: datetime
    state: Literal["intended", "trying", "sent", "failed", "unsure", "given_up"]
    at: datetime = Field(description="when that became known")
    attempts: int
    error: str
    alerts: tuple[str, ...] = Field(description="ids of the open alerts that the receiver knows of after it")


class NoticesOut(Answer):
    """Notices decided since then, the newest first, at most 500."""

    at: datetime
    notices: tuple[NoticeOut, ...]


def router(context: Context, asked: Callable[[Callable[[], Any]], Awaitable[Any]], responses: Any) -> APIRouter:
    """The routes; `asked` runs a question in a thread and turns its failure into an answer."""
    api = APIRouter(prefix="/api", tags=["notices"], responses=responses)

    @api.get("/notices")
    async def notices(hours: Annotated[int, Query(ge=1, le=720)] = 24) -> NoticesOut:
        """Who was told what within the last hours."""
        now = context.state.now()
        found = await asked(lambda: outbox.told(context.database, now - timedelta(hours=hours)))
        return NoticesOut(at=now, notices=tuple(map(told, found)))

    @api.get("/alerts/{alert}.cap", response_class=Response, responses=CAP)  # type: ignore[arg-type]
    async def message(alert: str) -> Response:
        """The alert's newest CAP message: an exercise, restricted, until a person has released it."""
        text = await asked(lambda: document(context, alert))
        if text is None:
            raise HTTPException(404, f"no alert {alert!r} that is open, or was within 30 days, has fired")
        return Response(text, media_type="application/cap+xml")

    return api


def told(found: outbox.Told) -> NoticeOut:
    """A notice as the API tells it."""
    post = found.post
    same = {name: getattr(post, name) for name in ("id", "kind", "reason", "state", "at", "error")}
    return NoticeOut(
        **same,
        **post.group._asdict(),
        title=str(post.body.get("title", "")),
        simulated=bool(post.body.get("simulated")),
        decided=found.decided,
        attempts=post.attempt,
        alerts=tuple(post.alerts),
    )


def document(context: Context, alert: str) -> bytes | None:
    """The newest CAP message of an alert; None when there is none. Raises DatabaseUnavailable, QueryFailed."""
    own = journal.life(context.database, alert, context.state.now())
    if not own:
        return None
    still = find_open(context.state.moment.alerts, alert)
    actions, rule = journal.actions(context.database, alert), context.rulebook.rule(own[-1].rule)
    stands_on = origins.ground(still) if still else origins.ground_of_step(own[-1], rule)
    made_up = bool(origins.simulated(context.database, [stands_on], context.rulebook))
    known = cap.Told(alert, rule, own, actions, still, made_up)
    every = [read_words(language) for language in LANGUAGES]
    return cap.document(known, context.city, every, context.state.now())
