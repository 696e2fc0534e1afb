"""The web process: a socket on loopback, the city's state in a thread, uvicorn until `stop`."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
import uvicorn

from alerts.notifier import read_notices
from alerts.rulebook import read_rulebook
from alerts.standing import Standing
from config.city import CityProfile
from config.settings import Settings, loopback
from dashboard import inflow
from dashboard.app import create_app
from dashboard.context import Context
from dashboard.fonts import Fonts
from dashboard.judging import judged
from dashboard.preflight import CannotStart
from dashboard.room import free_bytes
from dashboard.state import CityState, Picture
from layers.geometry import City, load_city
from layers.picture import Snapshot
from layers.snapshot import take
from streams.bell import SCREENS, Ear
from streams.clickhouse import Database, DatabaseUnavailable

if TYPE_CHECKING:
    from starlette.types import ASGIApp


BACKLOG = 512
PATIENCE = 8  # seconds for an answer: a screen that waits longer shows an old city
CALL = 2.0  # seconds for an answer to a call, once a question failed
REST = 0.2  # seconds between two moments that were rung for, however often it rings
GRACE = 2  # seconds for open requests when stopping; streams end at once by themselves

log = structlog.get_logger(__name__)


def run(settings: Settings, profile: CityProfile, stop: threading.Event) -> None:
    """Serves the screens until `stop` is set. Raises CannotStart when the port is taken."""
    database = Database(settings.database_url, patience=PATIENCE)
    with listen(settings.host, settings.web_port) as listener, contextlib.closing(database):
        city = load_city(profile)
        room = free_bytes(settings, database)
        book, standing = read_rulebook(), Standing(database)
        judge = partial(judged, database, book, read_notices().flapping.measure)
        state = CityState(
            lambda now: picture(standing, city, now, state.moment.snapshot),
            room=room,
            judge=judge,
            reach=partial(reach, Database(settings.database_url, connect_timeout=CALL, patience=CALL)),
        )
        boot = uuid4().hex[:8]
        fonts = Fonts(settings.data)
        app = create_app(Context(settings, profile, city, book, database, state, boot), fonts)
        fonts.start()
        threading.Thread(target=hear, args=(settings.data, state, stop), name="bell", daemon=True).start()
        log.info("web", address=settings.web_url, city=profile.id, boot=boot)
        try:
            serve(app, listener, state, stop)
        finally:
            fonts.stop()


def hear(data: Path, state: CityState, stop: threading.Event) -> None:
    """A new moment whenever the journal of alerts has news, until `stop`; without a bell it waits its second."""
    with contextlib.closing(Ear(data, SCREENS)) as ear:
        while not ear.deaf and not stop.is_set():
            if ear.wait(1.0):
                state.refresh()
                stop.wait(REST)


def reach(database: Database) -> None:
    """Raises DatabaseUnavailable when nobody answers a call, within the patience of `database`."""
    if not database.ping():
        raise DatabaseUnavailable("the database does not answer")


def picture(standing: Standing, city: City, now: datetime, before: Snapshot | None) -> Picture:
    """The city at `now`, its open alerts, when rules were last judged; slow parts come from `before` until due."""
    database = standing.database
    return take(database, city, now, before), standing.look(now), inflow.watched(database, now)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to loopback. Raises CannotStart with a sentence that says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((loopback(host), port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotStart(_why(error, host, port)) from None
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken; choose another with YIPING_WEB_PORT, for example {port + 1}"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one above 1023 with YIPING_WEB_PORT"
    return f"cannot listen on {host}, port {port}: {error.strerror}; YIPING_HOST and YIPING_WEB_PORT choose another"


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to the process: `stop` ends it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(app: ASGIApp, listener: socket.socket, state: CityState, stop: threading.Event) -> None:
    """Answers requests until `stop`; then the streams end, and with them the server."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE, lifespan="off"
    )
    server = _Server(config)
    state.start()

    def watch() -> None:
        stop.wait()
        state.stop(timeout=0)
        server.should_exit = True

    threading.Thread(target=watch, name="web-stop", daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        stop.set()
        state.stop()
