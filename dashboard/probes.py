"""Is a part ready? Each probe asks what a user of that part would ask."""

from __future__ import annotations

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from config.settings import Settings
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed
from streams.migrations import migrate
from streams.question import Question

PATIENCE = 1.0
RECENT = 10.0  # seconds: every part that beats does so about every 2
HEARTBEATS = Question.load(Path(__file__).with_name("sql"), "heartbeats")


class Probes:
    """Probes of one machine's parts; each answers within PATIENCE or so and never raises."""

    def __init__(self, settings: Settings, schema: Path) -> None:
        self._settings = settings
        self._schema = schema
        self._probes: dict[str, Callable[[int], bool]] = {
            "kafka": lambda _: self._broker(),
            "clickhouse": lambda _: self._database(),
            "web": lambda _: self._web(),
            "ingest": self._beats,
            "watch": self._beats,
        }

    def ready(self, part: str, pid: int) -> bool:
        """Whether `part`, now the process `pid`, does its work. A part without a probe is ready when it runs."""
        probe = self._probes.get(part)
        return True if probe is None else probe(pid)

    def _beats(self, pid: int) -> bool:
        """Whether the process tells the database that it is running."""
        database = Database(self._settings.database_url)
        try:
            beats = database.ask(HEARTBEATS, since_ms=round((time.time() - RECENT) * 1000)).rows()
        except (DatabaseUnavailable, QueryFailed):
            return False
        finally:
            database.close()
        return any(is_running(beat["instance"], beat["detail"], pid) for beat in beats)

    def _broker(self) -> bool:
        return listens("127.0.0.1", self._settings.kafka_port)

    def _database(self) -> bool:
        """Ready means: it answers and its tables are there; the first to see it answer makes them."""
        if not listens("127.0.0.1", self._settings.clickhouse_port):
            return False
        database = Database(self._settings.database_url)
        try:
            migrate(database, self._schema, self._settings.keep)
        except (DatabaseUnavailable, QueryFailed):
            return False
        finally:
            database.close()
        return True

    def _web(self) -> bool:
        """Ready means: it has a picture to show."""
        return answers(f"{self._settings.web_url}/api/snapshot")


def is_running(instance: str, detail: str, pid: int) -> bool:
    """Whether a heartbeat is of the process `pid` and says that it does its work."""
    return instance.endswith(f":{pid}") and json.loads(detail).get("state", "running") == "running"


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections at host:port."""
    try:
        with socket.create_connection((host, port), timeout=PATIENCE):
            return True
    except OSError:
        return False


def answers(url: str, patience: float = PATIENCE) -> bool:
    """Whether an HTTP server answers 200 at `url`."""
    try:
        with urllib.request.urlopen(url, timeout=patience) as response:  # noqa: S310 - always our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
