"""The map's panel, search and areas over a real database with the small day of test_inside.py; the clock stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from alerts.journal import open_alerts
from alerts.rulebook import read_rulebook
from config.settings import Settings
from dashboard import api
from dashboard.atlas import dot_routes, search_routes
from dashboard.context import Context
from dashboard.parameters import unfit
from dashboard.past.seen import Past
from dashboard.state import CityState
from layers.snapshot import take
from streams.clickhouse import Database
from tests.contract import test_inside
from tests.contract.blank_part import Blanks
from tests.contract.snapshot_part import NOW
from tests.dashboard.moments import city
from tests.dashboard.test_api import Client


@dataclass
class Desk:
    """A city with its database, and a client of its web application."""

    context: Context
    database: Database
    client: Client


@contextmanager
def desk(blanks: Blanks, folder: Path) -> Iterator[Desk]:
    """Lives as long as the block."""
    with blanks.one() as database:
        test_inside.fill(database)
        place = city()
        state = CityState(lambda now: (take(database, place, now), open_alerts(database, now), None), now=lambda: NOW)
        context = Context(Settings(data=folder), place.profile, place, read_rulebook(), database, state, "test")
        state.step()
        server = FastAPI()
        server.include_router(api.router(context))
        server.include_router(search_routes.router(context))
        server.include_router(dot_routes.router(Past(context)))
        server.add_exception_handler(RequestValidationError, unfit)
        yield Desk(context, database, Client(server))
