"""The push: one route of server-sent events; each screen gets what changed on it, within a moment's making."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog
from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import StreamingResponse

from config.words import FIRST, LANGUAGES
from dashboard.context import Context
from dashboard.frames import Encoded, Frame, changed, encode, event, message
from dashboard.state import CityState, Moment

HEARTBEAT = 5.0  # seconds; the browser says 连接中断 after 15 without a message

log = structlog.get_logger(__name__)

Draw = Callable[[Moment, str, str], Frame]
"""(moment, language, scene or '') -> all that a screen shows."""


@dataclass
class Easel:
    """Draws each moment once for all the screens that look alike."""

    draw: Draw
    _number: int = -1
    _drawn: dict[tuple[str, str], Encoded] = field(default_factory=dict)

    def frame(self, moment: Moment, language: str, scene: str) -> Encoded:
        if moment.number != self._number:
            self._number, self._drawn = moment.number, {}
        look = (language, scene)
        if look not in self._drawn:
            self._drawn[look] = encode(self.draw(moment, language, scene))
        return self._drawn[look]


def router(context: Context, screens: Mapping[str, Draw]) -> APIRouter:
    """GET /live?screen=wall&lang=zh-CN&scene=water. 404 for a screen that pushes nothing."""
    api = APIRouter()
    easels = {name: Easel(draw) for name, draw in screens.items()}

    @api.get("/live", include_in_schema=False)
    async def live(
        screen: str = "wall",
        lang: str = context.settings.language,
        scene: str = Query("", max_length=40, pattern="^[a-z_]*$"),
    ) -> StreamingResponse:
        if screen not in easels:
            raise HTTPException(404, f"no screen {screen!r}; there are: {', '.join(sorted(easels))}")
        language = lang if lang in LANGUAGES else FIRST
        frames = partial(easels[screen].frame, language=language, scene=scene)
        return StreamingResponse(
            stream(context.state, frames, context.boot),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return api


async def stream(
    state: CityState, frame: Callable[[Moment], Encoded], boot: str, heartbeat: float = HEARTBEAT
) -> AsyncIterator[bytes]:
    """Events until the state stops: all at first, then what changed, and at least one each `heartbeat` seconds."""
    yield b"retry: 1000\n\n"
    number, sent = -1, dict[tuple[str, str], str]()
    while not state.stopping:
        moment = await state.after(number, heartbeat)
        if state.stopping:
            return
        news = _news(frame, moment, sent) if moment.number > number else {}
        number = moment.number
        sent.update(news)
        yield event(message(state.now(), news, boot=boot))


def _news(frame: Callable[[Moment], Encoded], moment: Moment, sent: Encoded) -> Encoded:
    """What changed; nothing when the screen cannot be drawn: the browser then sees ages grow, and the log says why."""
    try:
        return changed(sent, frame(moment))
    except Exception:
        log.exception("screen not drawn")
        return {}
