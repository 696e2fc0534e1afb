"""/past: what a screen shows of a past moment, and where in a span of time something happened."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request, Response

from config.words import FIRST, LANGUAGES
from dashboard.api import asked, instant
from dashboard.frames import Encoded, changed, encode, message
from dashboard.past.clock import grid
from dashboard.past.ids import AT
from dashboard.past.picture import marks
from dashboard.past.pictures import CrowdedError
from dashboard.wall.scenes import SCENES
from layers.moments import to_ms
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from dashboard.live import Draw
    from dashboard.past.seen import Past
    from dashboard.state import Moment

FRAMES = 32
"""Frames kept, so that a screen that has one is told only what changed since; each about 100 kB."""
PEEK = 0.25
"""Seconds between two looks whether whoever asked is still there."""
STEPS = 240
GONE = 499
"""What a server notes of a client that did not wait; nobody reads it."""

Found = TypeVar("Found")
Key = tuple[str, str, str, int]


@dataclass
class Frames:
    """Frames drawn lately, by screen, language, scene and moment (epoch ms)."""

    draws: Mapping[str, Draw]
    kept: OrderedDict[Key, Encoded] = field(default_factory=OrderedDict)

    async def frame(self, key: Key, moment: Moment) -> Encoded:
        """The frame of a moment; drawn in a thread, so that the screens of now are not held up."""
        found = self.kept.get(key)
        if found is None:
            found = await asyncio.to_thread(self._drawn, key, moment)
            self.kept[key] = found
        self.kept.move_to_end(key)
        while len(self.kept) > FRAMES:
            self.kept.popitem(last=False)
        return found

    def _drawn(self, key: Key, moment: Moment) -> Encoded:
        screen, language, scene, at_ms = key
        return encode({AT: {"data": at_ms}, **self.draws[screen](moment, language, scene)})


def router(past: Past, draws: Mapping[str, Draw]) -> APIRouter:
    """GET /past?screen=wall&at=ISO and /past/span?since=&until=."""
    api = APIRouter(prefix="/past", include_in_schema=False)
    frames = Frames(draws)

    @api.get("")
    async def shown(  # noqa: PLR0913,PLR0917
        request: Request, at: str, screen: str = "wall", lang: str = FIRST,
        pace: Annotated[int, Query(ge=0, le=600)] = 0,
        scene: Annotated[str, Query(max_length=40, pattern="^[a-z_]*$")] = "", have: int = -1,
    ) -> Response:  # fmt: skip
        """As a message of /live, of a moment; with `have` (ms of the frame before) only what changed since."""
        if screen not in draws:
            raise HTTPException(404, f"no screen {screen!r}; there are: {', '.join(sorted(draws))}")
        wanted, language = grid(instant(at), pace), lang if lang in LANGUAGES else FIRST
        told: dict[str, str] = {"boot": past.context.boot, "shown": str(to_ms(wanted))}
        if wanted >= past.now():
            return _message(past, {}, **told, present="1")
        kept = await asked(past.kept)
        if kept.nothing(wanted):
            return _message(past, {}, **told, none=_ms(kept.earliest))
        moment = await unless_gone(request, past.moment(wanted))
        pinned = scene or SCENES[0].key  # scenes do not take turns while hours go by in seconds
        look = (screen, language, pinned)
        after = await frames.frame((*look, to_ms(wanted)), moment)
        news = changed(frames.kept.get((*look, have), {}), after)
        return _message(past, news, **told, lacks=",".join(kept.lacks(wanted)))

    @api.get("/span")
    async def span(since: str, until: str, steps: Annotated[int, Query(ge=1, le=STEPS)] = STEPS) -> dict[str, Any]:
        """How many warnings changed in each step, the worst level of each, and since when there is data."""
        first, last = instant(since), min(instant(until), past.now())
        if first >= last:
            raise HTTPException(422, f"since={since!r} is not before until={until!r}")
        kept = await asked(past.kept)
        found = await asked(lambda: marks(past.context.database, first, last, steps))
        told = [[step, *said] for step, said in sorted(found.items())]
        return {"now": to_ms(past.now()), "earliest": to_ms(kept.earliest) if kept.earliest else None, "marks": told}

    return api


def _message(past: Past, news: Encoded, **head: str) -> Response:
    return Response(message(past.now(), news, **head), media_type="application/json")


def _ms(at: datetime | None) -> str:
    return str(to_ms(at)) if at else "never"


async def unless_gone(request: Request, work: Coroutine[Any, Any, Found]) -> Found:
    """What `work` gives; cancelled when whoever asked has gone. 503 when it cannot be had."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=PEEK))[0]:
            if await request.is_disconnected():
                raise HTTPException(GONE)
        return task.result()
    except CrowdedError:
        raise HTTPException(503, "crowded") from None
    except (DatabaseUnavailable, QueryFailed) as error:
        raise HTTPException(503, f"the database cannot be read: {error}") from None
    finally:
        task.cancel()
