"""GET /atlas/search?q=: what a text finds, ready to read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query

from config.read import read_words
from dashboard.api import asked
from dashboard.atlas.find import Finder, eye
from dashboard.atlas.routes import moment_of
from dashboard.atlas.search import LONGEST

if TYPE_CHECKING:
    from config.words import Words
    from dashboard.atlas.search import Entry
    from dashboard.context import Context


def router(context: Context) -> APIRouter:
    """The route. An empty text finds nothing, and has the names prepared for the first one that is not."""
    api = APIRouter(prefix="/atlas", include_in_schema=False)
    finder = Finder(context)

    @api.get("/search")
    async def found(
        q: Annotated[str, Query(max_length=LONGEST)] = "",
        lang: Annotated[Literal["zh-CN", "en"] | None, Query()] = None,
        at: str = "",
    ) -> dict[str, Any]:
        words = read_words(lang or context.settings.language)
        now = moment_of(at, context.state.now())
        if not q.strip():
            await asyncio.to_thread(lambda: finder.still)
            return {"text": q, "hits": []}
        hits = await asked(lambda: finder.find(q, words, now))
        return {"text": q, "hits": [hit_out(hit, words) for hit in hits]}

    return api


def hit_out(hit: Entry, words: Words) -> dict[str, Any]:
    """One hit as the list shows it; `eye` is where to look from."""
    name = words.name(hit.name) or hit.id
    detail = " · ".join(part for part in (hit.id if hit.id != name and hit.kind != "point" else "", hit.detail) if part)
    kind = words(f"atlas_search.kind.{hit.kind}")
    return {"place": hit.place, "kind": hit.kind, "kind_name": kind, "name": name, "detail": detail, "eye": eye(hit)}
