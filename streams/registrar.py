"""Keeps a running ingest's registry of devices at what the database says, and brings a profile's devices.csv into it.

A thread of its own: when the database is away, or the file is wrong, ingest goes on with what it knows.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol

import structlog

from config.settings import CITIES
from streams.clickhouse import SQL, Answer, DatabaseUnavailable, QueryFailed, Question
from streams.device_file import Registered, WrongDevices, changes, read_devices
from streams.places import Places
from streams.registry import Registry, Told
from streams.rows import Rows

log = structlog.get_logger("registry")

EVERY_S = 5.0
FIRST_S = 10.0  # that readings wait for the places of their devices at a start
SHARE = 0.1  # of the time, at most, goes into reading: a registry that is just being filled is read less often
OVERLAP_MS = 60_000  # entries are stored a moment after they arrive, by processes whose clocks differ
WHOLE_S = 900.0  # and after so long all is read again
PAGE = 20_000  # entries asked for at once
FILE = "devices.csv"
MOST_SAID = 3  # mistakes of the file that the heartbeat tells
AT_ONCE = 10_000  # entries of the file stored at once
_COUNT, _PAGE, _FILE_ROWS = (Question.load(SQL, name) for name in ("device_count", "device_page", "device_file_rows"))


class Database(Protocol):
    """What the registrar needs of a database."""

    def ask(self, question: Question, **params: object) -> Answer: ...

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> int: ...


@dataclass
class Mark:
    """How far the registry was read: entries in the table then, the last arrival (epoch ms), when all was read (s)."""

    entries: int = 0
    since: int = 0
    whole: float = float("-inf")


class Registrar:
    """Makes `registry` follow the database; entries of `file` are placed by `places`.

    `wrong`, by file name, says what is to be mended in the file while it cannot be used.
    """

    def __init__(
        self, database: Database, registry: Registry, places: Places, file: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self.registry, self._places, self._file, self._clock = database, registry, places, file, clock
        self._mark = Mark()
        self._read: tuple[int, int] | None = None  # the file's time and size when it was last brought in or found wrong
        self._well = True
        self.wrong: MutableMapping[str, str] = {}
        self.tried = Event()  # at least once, with or without success

    def start(self, stop: Event) -> Thread:
        """Follow until `stop`, on a thread that does not keep the process alive."""
        thread = Thread(target=self.run, args=(stop,), name="registry", daemon=True)
        thread.start()
        return thread

    def run(self, stop: Event) -> None:
        """Refresh every few seconds until `stop`."""
        while not stop.is_set():
            began = time.monotonic()
            self.attempt()
            self.tried.set()
            stop.wait(max(EVERY_S, (time.monotonic() - began) / SHARE))

    def attempt(self) -> None:
        """Bring in the file if it is new, then learn what the database has learnt; a failure is said once."""
        try:
            self.bring_in()
            self.refresh()
        except (DatabaseUnavailable, QueryFailed) as error:
            if self._well:
                log.warning("registry of devices cannot be read; going on with what is known", error=str(error))
            self._well = False
        else:
            self._well = True

    def refresh(self) -> None:
        """Learn what was stored since the last time. Raises as Database.ask."""
        entries = int(self._database.ask(_COUNT).column("entries")[0])
        if entries == self._mark.entries:
            return
        now = self._clock()
        lost = entries < self._mark.entries or now * 1000 < self._mark.since  # rows are gone, or the clock was set back
        whole = lost or now - self._mark.whole > WHOLE_S
        for page in self._pages(0 if whole else self._mark.since):
            self.registry.learn(page)
        self._mark = Mark(entries, round(now * 1000) - OVERLAP_MS, now if whole else self._mark.whole)
        log.info("registry of devices", devices=len(self.registry), entries=entries)

    def _pages(self, since: int) -> Iterator[list[Told]]:
        after = ""
        while True:
            answer = self._database.ask(_PAGE, after=after, since_ms=since, most=PAGE)
            yield [Told(*row) for row in zip(*answer.columns, strict=True)]
            if len(answer) < PAGE:
                return
            after = str(answer.column("device")[-1])

    def bring_in(self) -> None:
        """Store what the profile's file says anew. Raises as Database.ask and insert."""
        found = _state(self._file)
        if found is None:
            self.wrong.pop(FILE, None)
        if found is None or found == self._read:
            return
        now = round(self._clock() * 1000)
        try:
            content = self._file.read_bytes()
            entries = read_devices(content, str(self._file), now)
        except (WrongDevices, OSError) as error:
            log.error("devices.csv is not used until it is mended", error=str(error))
            self.wrong[FILE] = brief(error)
        else:
            self.wrong.pop(FILE, None)
            self._store(entries, content, now)
        self._read = found

    def _store(self, entries: Sequence[Registered], content: bytes, now: int) -> None:
        answer = self._database.ask(_FILE_ROWS, file=FILE)
        news = iter(changes(entries, zip(*answer.columns, strict=True), now))
        epoch = f"file:{hashlib.sha256(content).hexdigest()[:16]}"
        stored = 0
        while some := list(islice(news, AT_ONCE)):
            stored += self._insert(some, now, epoch)
        log.info("devices.csv", devices=len(entries), changed=stored)

    def _insert(self, entries: Sequence[Registered], now: int, epoch: str) -> int:
        rows = Rows(self._places)
        for line, entry in entries:
            rows.add("devices", [entry], (FILE, now, epoch, 0, line))
        return self._database.insert("device_entries", rows.columns("device_entries"))


def brief(error: Exception) -> str:
    """The first mistakes, a line each, and how many more there are."""
    lines = str(error).splitlines()
    rest = len(lines) - MOST_SAID
    return "\n".join([*lines[:MOST_SAID], *([f"and {rest} more: yiping devices check"] if rest > 0 else [])])


def follow(database: Database, places: Places, city: str, stop: Event, wrong: MutableMapping[str, str]) -> Thread:
    """Keep `places.registry` at what the database says until `stop`; returns once it was read, or after FIRST_S.

    `wrong` is kept at what Registrar says.
    """
    registrar = Registrar(database, places.registry, places, CITIES / city / FILE)
    registrar.wrong = wrong
    thread = registrar.start(stop)
    until = time.monotonic() + FIRST_S
    while not (registrar.tried.wait(0.1) or stop.is_set() or time.monotonic() > until):
        pass
    return thread


def _state(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
