"""The web application on a free port of loopback, over a state that a test moves by hand. No database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from config.settings import Settings
from dashboard.app import create_app
from dashboard.context import Context
from dashboard.state import CityState, Moment
from dashboard.web import listen, serve
from layers.geometry import City
from streams.clickhouse import DatabaseUnavailable
from tests.dashboard import moments


@dataclass
class Show:
    """What the screens are shown next: a moment of `draw(now)`, or an error."""

    draw: Any = moments.moment
    error: Exception | None = None
    address: str = ""
    state: CityState | None = None

    def take(self, now: datetime) -> Any:
        if self.error is not None:
            raise self.error
        moment: Moment = self.draw(now)
        return moment.snapshot, moment.alerts, moment.watched


class NoDatabase:
    """Stands where the database would; whoever asks it is told that it is gone."""

    def __getattr__(self, name: str) -> Any:
        raise DatabaseUnavailable(f"no database in this test ({name})")


def context(show: Show, folder: Path, boot: str = "test", place: City | None = None) -> Context:
    city = place or moments.city()
    show.state = CityState(show.take, every=0.25, now=lambda: datetime.now(UTC))
    return Context(Settings(data=folder), city.profile, city, moments.book(), cast(Any, NoDatabase()), show.state, boot)


@contextmanager
def running(
    folder: Path, show: Show | None = None, port: int = 0, boot: str = "test", place: City | None = None
) -> Iterator[Show]:
    """The server in a thread until the block ends; `show.address` is its http address."""
    shown = show or Show()
    found = context(shown, folder, boot, place)
    stop = threading.Event()
    with listen("127.0.0.1", port) as listener:
        shown.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=serve, args=(create_app(found), listener, found.state, stop), daemon=True)
        thread.start()
        try:
            yield shown
        finally:
            stop.set()
            thread.join(15)
