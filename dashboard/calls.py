"""Does a part still answer? What `yiping up` asks of the parts that run, and what it says of itself on /ops."""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from config.settings import Settings
from dashboard.probes import answers
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed

WAIT_S = 5.0  # a busy machine answers late, one that hangs never
VERSIONS = struct.pack(">ihhih2s", 12, 18, 0, 1, 2, b"up")
"""Kafka's ApiVersions request, the first that any client sends: the gate passes it on to the broker behind it."""


class Calls:
    """Calls the parts of one machine; nothing here raises."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.database_url, connect_timeout=WAIT_S, patience=WAIT_S)
        self._reached = True  # until a call says otherwise; a server elsewhere is not called
        self._calls: dict[str, Callable[[], bool]] = {
            "kafka": self._broker,
            "clickhouse": self._ping,
            "web": lambda: answers(f"{settings.web_url}/healthz", WAIT_S),
        }

    def answered(self, part: str, pid: int) -> bool:
        """Whether `part`, the process `pid`, answers; one that has no door answers while the kernel lets it run."""
        call = self._calls.get(part)
        return not stopped(pid) and (call is None or call())

    def _broker(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._settings.kafka_port), WAIT_S) as calling:
                calling.sendall(VERSIONS)
                return bool(calling.recv(4))
        except OSError:
            return False

    def _ping(self) -> bool:
        self._reached = self._database.ping()
        return self._reached

    def tell(self, last: str) -> None:
        """A heartbeat of `yiping up` for /ops, with what it had to do `last`; lost when the database is."""
        if not self._reached:
            return  # to wait for it once more in this beat would make it wait longer for its end
        detail = json.dumps({"state": "running", "last_error": last or None}, ensure_ascii=False)
        instance = f"{socket.gethostname()}:{os.getpid()}"
        row = {"at": round(time.time() * 1000), "process": "up", "instance": instance, "detail": detail}
        with suppress(DatabaseUnavailable, QueryFailed):
            self._database.insert("heartbeats", {name: [value] for name, value in row.items()})

    def close(self) -> None:
        self._database.close()


def stopped(pid: int) -> bool:
    """Whether the process was told to stand still, and has not been told to go on."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False
