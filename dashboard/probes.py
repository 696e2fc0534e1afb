"""Is a part ready? Each probe asks what a user of that part would ask."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from config.settings import Settings
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed
from streams.migrations import migrate

PATIENCE = 1.0


class Probes:
    """Probes of one machine's parts; each answers within PATIENCE or so and never raises."""

    def __init__(self, settings: Settings, schema: Path) -> None:
        self._settings = settings
        self._schema = schema
        self._probes: dict[str, Callable[[], bool]] = {
            "kafka": self._broker,
            "clickhouse": self._database,
            "web": self._web,
        }

    def ready(self, part: str) -> bool:
        """Whether `part` does its work. A part without a probe is ready when it runs."""
        probe = self._probes.get(part)
        return True if probe is None else probe()

    def _broker(self) -> bool:
        return listens("127.0.0.1", self._settings.kafka_port)

    def _database(self) -> bool:
        """Ready means: it answers and its tables are there; the first to see it answer makes them."""
        if not listens("127.0.0.1", self._settings.clickhouse_port):
            return False
        database = Database(self._settings.database_url)
        try:
            migrate(database, self._schema)
        except (DatabaseUnavailable, QueryFailed):
            return False
        finally:
            database.close()
        return True

    def _web(self) -> bool:
        return answers(f"http://127.0.0.1:{self._settings.web_port}/healthz")


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections at host:port."""
    try:
        with socket.create_connection((host, port), timeout=PATIENCE):
            return True
    except OSError:
        return False


def answers(url: str) -> bool:
    """Whether an HTTP server answers 200 at `url`."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:  # noqa: S310 - always our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
