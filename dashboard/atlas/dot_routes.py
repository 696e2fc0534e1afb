"""/atlas: devices of a box as points, open warnings, borders of official ones; as of now or of any past moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from alerts.explain import headline, place_name
from config.read import read_words
from dashboard.api import asked
from dashboard.atlas import alert_list, dots, outlines
from dashboard.atlas.routes import Asked, at_moment, box_of
from dashboard.past.routes import unless_gone
from dashboard.telling import Teller
from layers import inside
from layers.scope import of_ring

if TYPE_CHECKING:
    from alerts.alert import Alert
    from config.words import Words
    from dashboard.context import Context
    from dashboard.past.seen import Past
    from dashboard.state import Moment

MOST = 5000
"""Devices of one answer; the map says when a box has more."""

Language = Annotated[Literal["zh-CN", "en"], Query(description="of names and headlines")]


def router(past: Past) -> APIRouter:
    """GET /atlas/points?box=, /atlas/warnings, /atlas/outlines."""
    api, context = APIRouter(prefix="/atlas", include_in_schema=False), past.context

    @api.get("/points")
    async def devices(
        request: Request,
        box: Asked,
        at: str = "",
        have: Annotated[str, Query(max_length=16)] = "",
        lang: Language = "zh-CN",
    ) -> dict[str, Any]:
        """Devices and how each stands; with `have`, the tag of the answer before, no names and places again."""
        look = of_ring(dots.ring_of(box_of(box)))
        now, here = at_moment(context, at)
        levels = dots.levels_of((await moment_at(request, past, at, now)).shown)

        def question() -> dict[str, Any]:
            found = inside.devices(here.database, look, now, most=MOST)
            return {"total": found.count, **dots.of_devices(found.items, levels, read_words(lang), have)}

        return await asked(question)

    @api.get("/warnings")
    async def warnings(request: Request, at: str = "", lang: Language = "zh-CN") -> dict[str, Any]:
        """Open warnings that have a place, the worst last; and all as `list`, the worst first."""
        words, (now, _) = read_words(lang), at_moment(context, at)
        moment = await moment_at(request, past, at, now)
        points = dots.warnings((one, said(context, one, words)) for one in moment.shown)
        told = Teller(context.rulebook, context.city, words)
        return {"warnings": points, "list": alert_list.listed(moment, told, past=bool(at))}

    @api.get("/outlines")
    async def borders(at: str = "") -> dict[str, Any]:
        """Borders of the official warnings in force, the worst last."""
        now, here = at_moment(context, at)

        return await asked(lambda: {"outlines": outlines.outlines(outlines.in_force(here.database, now))})

    return api


async def moment_at(request: Request, past: Past, at: str, now: datetime) -> Moment:
    """The living moment; or the picture of a past one, the same that all of the page shows. 503 when there is none."""
    return await unless_gone(request, past.moment(now)) if at else past.context.state.moment


def said(context: Context, alert: Alert, words: Words) -> str:
    """What it is and where, in a line."""
    rule = context.rulebook.find(alert.rule)
    what = headline(alert, rule, words) if rule else alert.rule
    return f"{what} · {place_name(alert, words, context.city)}"
