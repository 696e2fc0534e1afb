"""/api/silences: what is kept quiet, by whom, until when; begins a silence or a maintenance window, and ends one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from alerts import silences
from alerts.quiet import MATCHERS, OWNER_LONGEST, REASON_LONGEST, Quiet
from alerts.silences import REMEMBERED, SilenceRefused
from config.faults import Fault as Unfit
from config.read import read_words
from dashboard.answers import Answer, Fault, Level
from dashboard.origin import refusal
from dashboard.parameters import Key
from dashboard.silence_places import check
from dashboard.silencing import named
from dashboard.telling import Teller

if TYPE_CHECKING:
    from dashboard.context import Context

Matcher = Annotated[str, Field(max_length=256, description="empty matches everything; one of the five must be given")]
REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": Fault} for code in (403, 404, 415)}


class SilenceIn(BaseModel):
    """A silence to begin: what (every matcher given must match), who, why, and until when."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["silence", "maintenance"] = "silence"
    rule: Matcher = ""
    scenario: Literal["", "emergency", "water", "urban"] = ""
    place: Matcher = ""
    district: Matcher = ""
    area: Annotated[
        Matcher, Field(description="id of a named area: its own alerts, and of devices and cells in it")
    ] = ""
    level: Annotated[Level, Field(description="the worst level that it hides; red only when it says so")] = "orange"
    owner: Annotated[str, Field(min_length=1, max_length=OWNER_LONGEST)]
    reason: Annotated[str, Field(min_length=1, max_length=REASON_LONGEST)]
    starts: Annotated[AwareDatetime | None, Field(description="now, unless given")] = None
    ends: AwareDatetime | None = None
    minutes: Annotated[int | None, Field(ge=1, le=43_200, description="from its start, instead of `ends`")] = None

    @model_validator(mode="after")
    def _one_end(self) -> SilenceIn:
        if (self.ends is None) == (self.minutes is None):
            raise ValueError("give either ends or minutes")
        return self

    def quiet(self, now: datetime) -> Quiet:
        """The silence itself, without an id yet."""
        starts = self.starts or now
        ends = self.ends or starts + timedelta(minutes=self.minutes or 0)
        same = self.model_dump(include={"kind", "owner", "reason", "level", *MATCHERS})
        return Quiet(id="", starts=starts, ends=ends, **same)


class CancelIn(BaseModel):
    """Who ends a silence, and why."""

    model_config = ConfigDict(extra="forbid")

    actor: Annotated[str, Field(min_length=1, max_length=OWNER_LONGEST)]
    reason: Annotated[str, Field(max_length=REASON_LONGEST)] = ""


class SilenceOut(Answer):
    """A silence or a maintenance window. `ends` is when it really ends: `cancelled_by` ended it before its time."""

    id: str
    kind: str
    state: Literal["coming", "running", "over"]
    rule: str
    scenario: str
    place: str
    district: str
    area: str
    level: str
    owner: str
    reason: str
    starts: datetime
    ends: datetime
    cancelled_by: str


class SilencesOut(Answer):
    """Those that run, are to come, or ended within the last day; the first to start first."""

    at: datetime
    silences: tuple[SilenceOut, ...]


def router(context: Context, asked: Callable[[Callable[[], Any]], Awaitable[Any]], responses: Any) -> APIRouter:
    """The routes; `asked` runs a question in a thread and turns its failure into an answer."""
    api = APIRouter(prefix="/api/silences", tags=["silences"], responses={**responses, **REFUSALS})
    database, now = context.database, context.state.now
    teller = Teller(context.rulebook, context.city, read_words(context.settings.language))

    @api.get("")
    async def listed() -> SilencesOut:
        """What is kept quiet. Which alerts that hides, and why, stands in /api/alerts."""
        at = now()
        found = await asked(lambda: silences.silences(database, at - REMEMBERED))
        return SilencesOut(at=at, silences=tuple(_told(one, at) for one in found))

    @api.post("", status_code=201)
    async def begun(wanted: SilenceIn, request: Request, key: Key = "") -> SilenceOut:
        """Begin a silence, or a maintenance window that starts later. It has an owner, a reason and an end."""
        same_origin(request)
        at = now()
        name = silences.name_of(key, wanted.model_dump_json()) if key else ""
        return await kept(lambda: silences.begin(database, meant(wanted.quiet(at), at), at, name), at)

    @api.post("/{silence}/cancel")
    async def cancelled(silence: str, cancel: CancelIn, request: Request) -> SilenceOut:
        """End a silence before its time. One that is over stays as it is."""
        same_origin(request)
        at = now()
        return await kept(lambda: silences.cancel(database, silence, cancel.actor, cancel.reason, at), at)

    def meant(quiet: Quiet, at: datetime) -> Quiet:
        of = {name: str(getattr(quiet, name)) for name in MATCHERS}
        check(database, quiet.place, teller, at)
        return replace(quiet, **named(of, teller))  # type: ignore[arg-type]  # all of them are texts

    async def kept(act: Callable[[], Quiet], at: datetime) -> SilenceOut:
        try:
            found = await asked(act)
        except SilenceRefused as error:
            why = read_words(context.settings.language)(f"quiet.refused.{error.why}")
            raise HTTPException(404 if error.why == "unknown" else 422, why) from None
        except Unfit as error:
            raise HTTPException(422, str(error)) from None
        context.state.refresh()
        return _told(found, at)

    return api


def _told(quiet: Quiet, now: datetime) -> SilenceOut:
    names = ("id", "kind", *MATCHERS, "level", "owner", "reason", "starts", "ends")
    state: Literal["coming", "running", "over"] = (
        "over" if quiet.ends <= now else "running" if quiet.runs(now) else "coming"
    )
    return SilenceOut(state=state, cancelled_by=quiet.cancelled_by, **{name: getattr(quiet, name) for name in names})


def same_origin(request: Request) -> None:
    """403 or 415 for a request that another site's page may have sent."""
    why = refusal(request.headers)
    if why is not None:
        raise HTTPException(415 if "Content-Type" in why else 403, why)
