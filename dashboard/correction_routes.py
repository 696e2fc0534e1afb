"""/api/corrections: what late data changes in what was told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query

from alerts import errata
from alerts.alert import milliseconds
from alerts.corrections import in_force
from config.read import read_words
from dashboard.corrected import CorrectionsOut, answer
from dashboard.telling import Teller
from layers.moments import DAY

if TYPE_CHECKING:
    from dashboard.context import Context

REMEMBERED = 30 * DAY


def router(
    context: Context,
    asked: Callable[[Callable[[], Any]], Awaitable[Any]],
    instant: Callable[[str], datetime],
    faults: dict[int | str, dict[str, Any]],
) -> APIRouter:
    api = APIRouter(prefix="/api", tags=["alerts"])

    @api.get("/corrections", responses=faults)
    async def corrections(
        alert: Annotated[str, Query(max_length=64, description="id of an alert, told or missed; all by default")] = "",
        since: Annotated[
            str, Query(description="found since: ISO 8601 with offset, or epoch ms; 30 days by default")
        ] = "",
        lang: Annotated[Literal["zh-CN", "en"] | None, Query(description="of the sentences")] = None,
        history: Annotated[bool, Query(description="with those whose place another has taken")] = False,
    ) -> CorrectionsOut:
        """What late data changes in what was told: appended beside the journal, which stays as it was."""
        start = milliseconds(instant(since) if since else context.state.now() - REMEMBERED)
        found = await asked(lambda: errata.corrections(context.database, alert=alert, found=start))
        words = read_words(lang or context.settings.language)
        return answer(found if history else in_force(found), Teller(context.rulebook, context.city, words))

    return api
