"""Fills the panel: the place that the scripts say is looked at, or the polygon that was just drawn."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import h3.api.basic_int as h3
import structlog
from dash import Dash, Input, Output
from pydantic import ValidationError

from config.read import read_words
from config.words import LANGUAGES
from dashboard import audience
from dashboard.atlas import panel, place
from dashboard.atlas.area_routes import RingIn, corners
from dashboard.atlas.panel_frame import ASKED, TOLD
from dashboard.atlas.telling import Reader
from dashboard.atlas.view import View, read
from dashboard.past.then import warned
from dashboard.telling import Teller
from layers.area import Ring, ring_fault
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from dashboard.atlas.place import Chosen
    from dashboard.context import Context

log = structlog.get_logger(__name__)

PARTS = ("layer", "place", "at", "lang", "look")


def register(app: Dash, context: Context) -> None:
    """Adds the callback to the app."""

    @app.callback(
        Output(TOLD, "children"), Output(TOLD, "data-ring"), Output(TOLD, "data-nth"), Input(ASKED, "data")
    )  # fmt: skip
    async def told(asked: dict[str, Any] | None) -> tuple[Any, str, str]:
        """What is asked, and which question it answers: what a page shows may look the same after two of them."""
        found = await asyncio.to_thread(tell, context, asked or {}, context.state.now())
        return *found, str((asked or {}).get("nth", ""))


def tell(context: Context, asked: dict[str, Any], now: datetime) -> tuple[Any, str]:
    """The panel, and the border of what it tells as JSON ([[lon, lat], ...], '' for none), for the map to draw."""
    view = view_of(context, asked, now)
    words = read_words(view.language)
    reader = Reader(view, Teller(context.rulebook, context.city, words), view.at or now)
    if asked.get("drawn") is None and view.place.kind == "city":
        return [], ""
    try:
        return _told(warned(context, view.at, now), asked, reader)
    except DatabaseUnavailable:
        return panel.unread("unavailable", reader), ""
    except Exception as error:  # noqa: BLE001,RUF100 - whatever failed, the panel must say so and be asked again
        log.error("panel of a place failed", place=str(view.place), error=repr(error), exc_info=not _told_no(error))
        return panel.unread("broken", reader), ""


def _told_no(error: Exception) -> bool:
    """Whether the database refused the question: a sentence of its own says all; a traceback adds nothing."""
    return isinstance(error, QueryFailed)


def _told(context: Context, asked: dict[str, Any], reader: Reader) -> tuple[Any, str]:
    if asked.get("drawn") is not None:
        return _drawn(context, asked["drawn"], reader)
    chosen = place.choose(context, reader.view.place, reader.now)
    if chosen is None:
        return panel.missing(reader.say("unknown", id=reader.view.place.id[:60]), reader), ""
    return panel.panel(place.facts(context, chosen, reader.view, reader.now), reader), border(chosen)


def _drawn(context: Context, told: Any, reader: Reader) -> tuple[Any, str]:
    try:
        ring = RingIn.model_validate(told).border()
    except ValidationError:
        ring = ()
    why = ring_fault(ring, context.city.grid)
    if why:
        return panel.missing(reader.words(f"atlas_area.refused.{why}"), reader), _json(ring)
    facts = place.facts(context, place.drawn(ring), reader.view, reader.now)
    return panel.drawn(facts, reader), _json(ring)


def view_of(context: Context, asked: dict[str, Any], now: datetime) -> View:
    """What the browser says it looks at, read as strictly as an address."""
    given = {key: str(asked[key]) for key in PARTS if asked.get(key)}
    return read(urlencode(given), audience.choices(context, now, LANGUAGES[0]))[0]


def border(chosen: Chosen) -> str:
    """The border of a drawn place, and of a cell: the map knows only those of the size it draws. Districts it knows."""
    if chosen.place.kind == "cell":
        return _json(h3.cell_to_boundary(int(chosen.place.id, 16)))
    return _json(chosen.look.here.ring) if chosen.place.kind == "area" else ""


def _json(ring: Ring) -> str:
    return json.dumps(corners(ring)) if ring else ""
