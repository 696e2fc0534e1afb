"""The brief on the web: /brief/ (yesterday), /brief/2026-07-21, .html and .pdf. Input and output."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from config.read import read_words
from config.words import Words
from dashboard.brief.facts import FutureDay, build, readable, yesterday
from dashboard.brief.figures import Facts
from dashboard.brief.page import notice
from dashboard.brief.write import render
from dashboard.languages import language_of
from streams.clickhouse import DatabaseUnavailable

if TYPE_CHECKING:
    from dashboard.context import Context

FRESH = timedelta(seconds=20)  # a phone's reader and the next share one set of questions
KEPT = 8  # days
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.(html|pdf))?")
MEDIA = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


def router(context: Context, clock: Clock = _now) -> APIRouter:
    """GET /brief, /brief/ and /brief/<date>[.html|.pdf], each with ?lang=."""
    api = APIRouter()
    shelf = _Shelf(context, clock)

    @api.get("/brief", include_in_schema=False)
    @api.get("/brief/", include_in_schema=False)
    def newest(request: Request) -> Response:
        """Yesterday's brief."""
        day = yesterday(context.profile.zone, clock())
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/brief/{day}{query}", status_code=307)

    # Plain functions: FastAPI runs them in threads, so that a slow question keeps nobody waiting but its asker.
    @api.get("/brief/{name}", responses={200: {"content": {"text/html": {}, "application/pdf": {}}}})
    def brief(name: str, request: Request) -> Response:
        """The brief of a day, `2026-07-21`; `.pdf` for paper, `?lang=en` for English. A page says why there is none."""
        words = read_words(language_of(request.url.query, context.settings.language))
        asked = _asked(name)
        if asked is None:
            return _refusal("invalid", 422, words, given=name[:40])
        return _answer(*asked, shelf, words)

    return api


def _asked(name: str) -> tuple[date, str] | None:
    """Day and format of `2026-07-21.pdf`; None when it names no day."""
    match = _NAME.fullmatch(name)
    try:
        day = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return (day, match[2] or "html") if day and match and readable(day) else None


def _answer(day: date, format: str, shelf: _Shelf, words: Words) -> Response:
    try:
        facts = shelf.facts(day)
    except FutureDay:
        return _refusal("future", 404, words, date=day, zone=shelf.context.profile.timezone)
    except DatabaseUnavailable:
        return _refusal("down", 503, words)
    headers = {"Cache-Control": "no-cache"}
    if format == "pdf":
        headers["Content-Disposition"] = f'inline; filename="yiping-{shelf.context.profile.id}-{day}.pdf"'
    return Response(render(facts, format, words), media_type=MEDIA[format], headers=headers)


def _refusal(kind: str, status: int, words: Words, **values: object) -> HTMLResponse:
    """A page with one sentence instead of a brief, and the way to yesterday's."""
    page = notice(
        words(f"brief.error.{kind}_title"),
        words(f"brief.error.{kind}", **values),
        f"/brief/?lang={words.language}",
        words("brief.error.yesterday"),
        words.language,
    )
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})


@dataclass
class _Shelf:
    """The facts of the days asked for last: one set of questions at a time, and none twice within FRESH."""

    context: Context
    clock: Clock
    found: dict[date, Facts] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def facts(self, day: date) -> Facts:
        """Raises FutureDay, DatabaseUnavailable."""
        with self.lock:
            now = self.clock()
            known = self.found.get(day)
            if known is None or now - known.made > FRESH:
                self.found.pop(day, None)
                known = build(self.context.database, self.context.city, self.context.rulebook, day, now)
                self.found[day] = known
                self._forget()
            return known

    def _forget(self) -> None:
        while len(self.found) > KEPT:
            self.found.pop(next(iter(self.found)))
