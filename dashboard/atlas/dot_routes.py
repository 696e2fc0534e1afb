"""/atlas: devices of a box as points, and the open warnings of the city; as of now or of any past moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query

from alerts.explain import headline, place_name
from config.read import read_words
from dashboard.api import asked
from dashboard.atlas import dots
from dashboard.atlas.routes import Asked, box_of, seen
from dashboard.past.then import warned
from layers import inside
from layers.scope import of_ring

if TYPE_CHECKING:
    from alerts.alert import Alert
    from config.words import Words
    from dashboard.context import Context

MOST = 5000
"""Devices of one answer; the map says when a box has more."""

Language = Annotated[Literal["zh-CN", "en"], Query(description="of names and headlines")]


def router(context: Context) -> APIRouter:
    """GET /atlas/points?box=, /atlas/warnings."""
    api = APIRouter(prefix="/atlas", include_in_schema=False)

    @api.get("/points")
    async def devices(
        box: Asked, at: str = "", have: Annotated[str, Query(max_length=16)] = "", lang: Language = "zh-CN"
    ) -> dict[str, Any]:
        """Devices and how each stands; with `have`, the tag of the answer before, no names and places again."""
        look = of_ring(dots.ring_of(box_of(box)))
        now, here = seen(context, at)

        def question() -> dict[str, Any]:
            found = inside.devices(here.database, look, now, most=MOST)
            levels = dots.levels_of(alerts_at(context, at, now))
            return {"total": found.count, **dots.told(found.items, levels, read_words(lang), have)}

        return await asked(question)

    @api.get("/warnings")
    async def warnings(at: str = "", lang: Language = "zh-CN") -> dict[str, Any]:
        """Open warnings that have a place, the worst last."""
        words, (now, _) = read_words(lang), seen(context, at)
        found = await asked(lambda: alerts_at(context, at, now))
        return {"warnings": dots.warnings((one, said(context, one, words)) for one in found)}

    return api


def alerts_at(context: Context, at: str, now: datetime) -> tuple[Alert, ...]:
    """Open alerts that nothing hides, worst first: those of the screens, or what they showed at a past moment."""
    return warned(context, now if at else None, context.state.now()).state.moment.shown


def said(context: Context, alert: Alert, words: Words) -> str:
    """What it is and where, in a line."""
    rule = context.rulebook.find(alert.rule)
    what = headline(alert, rule, words) if rule else alert.rule
    return f"{what} · {place_name(alert, words, context.city)}"
