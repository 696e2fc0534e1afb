"""`yiping up`: starts every process of this machine, restarts what dies, stops all of them together.

Honcho's Process runs each child and reads its lines; what honcho lacks is here: an order by readiness, restarts with
back-off, and a stop in two groups (those that write, then the servers they write to).
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from honcho.printer import Message
from honcho.process import Process

from alerts.rulebook import read_rulebook
from config.city import CityProfile
from config.settings import SCHEMA, Settings, as_environment
from config.words import Words
from dashboard import probes
from dashboard.calls import Calls
from dashboard.part_log import part_log
from dashboard.parts import (
    CALL_EVERY,
    MOST_MISSED,
    Part,
    deaths_after,
    startable,
    stop_order,
    wait_before_restart,
    wanted,
)
from dashboard.preflight import check, check_disk, only_instance
from dashboard.terminal import Terminal
from streams.embedded_kafka import LAST_CALL

BEAT = 0.1
LAST_CALL_S = 0.8  # of the 5 s a stop may take: ingest polls and stores what the broker acknowledged
PATIENCE_WRITERS = 2.2  # to flush what was polled
PATIENCE_SERVERS = 1.3


@dataclass
class Child:
    """One part as it runs now."""

    part: Part
    log: logging.Logger
    running: bool = False  # from the decision to start it until its end is known
    pid: int | None = None
    started: float = 0.0
    ready: bool = False
    deaths: int = 0
    restart_at: float | None = None
    last_line: str = ""
    unready: str = ""  # what its probe said last
    missed: int = 0  # calls in a row that it did not answer


@dataclass
class Supervisor:
    """The children of one `yiping up` and what happened to them."""

    settings: Settings
    words: Words
    terminal: Terminal
    children: dict[str, Child]
    probe: Callable[[str, int], bool]
    answered: Callable[[str, int], bool]
    tell: Callable[[str], object]
    ended: str = ""  # which part was ended last because it did not answer
    events: queue.Queue[Message] = field(default_factory=queue.Queue)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Until `stop` is set; then stops every child."""
        probing = threading.Thread(target=self._probe_all, daemon=True, name="probes")
        probing.start()
        threading.Thread(target=self._call_all, daemon=True, name="calls").start()
        try:
            while not self.stop.is_set():
                self._start_due()
                self._end_orphans()
                self._take_events(BEAT)
        finally:
            self.stop.set()
            self._stop_all()

    def _probe_all(self) -> None:
        while not self.stop.wait(BEAT * 2):
            for child in self.children.values():
                pid = child.pid
                if pid is not None and not child.ready and self._probed(child, pid) and child.pid == pid:
                    child.ready = True
                    self.terminal.ready(child.part.name, time.monotonic() - child.started)

    def _probed(self, child: Child, pid: int) -> bool:
        """Whether it is ready. A probe that fails is told once, and asked again: others wait for this part."""
        try:
            return self.probe(child.part.name, pid)
        except Exception as error:  # noqa: BLE001,RUF100 - whatever it is, the others are looked at all the same
            if child.unready != str(error):
                self.terminal.unready(child.part.name, str(error))
            child.unready = str(error)
            return False

    def _call_all(self) -> None:
        """A part that lives and does not answer is ended, and so started again as any that died."""
        while not self.stop.wait(CALL_EVERY):
            for child in self.children.values():
                pid = child.pid
                missed = pid is not None and child.ready and not self.answered(child.part.name, pid)
                child.missed = child.missed + 1 if missed else 0
                if child.missed >= MOST_MISSED and child.pid == pid:
                    self._end_hung(child)
            self.tell(self.ended)

    def _end_hung(self, child: Child) -> None:
        name, clock = child.part.name, datetime.now().astimezone().strftime("%m-%d %H:%M")
        child.missed = 0
        self.ended = child.last_line = self.words("cli.hung", part=name, clock=clock, n=MOST_MISSED)
        child.log.error(self.ended)
        self._signal((name,), signal.SIGKILL)

    def _start_due(self) -> None:
        now = time.monotonic()
        started = [name for name, child in self.children.items() if child.started]
        ready = [name for name, child in self.children.items() if child.ready]
        for part in startable([child.part for child in self.children.values()], started, ready):
            self._start(self.children[part.name])
        for child in self.children.values():
            if child.restart_at is not None and child.restart_at <= now:
                self._start(child)

    def _start(self, child: Child) -> None:
        child.started, child.restart_at, child.ready, child.running = time.monotonic(), None, False, True
        threading.Thread(target=self._run, args=(child.part.name,), daemon=True, name=child.part.name).start()
        self.terminal.starting(child.part.name)

    def _run(self, name: str) -> None:
        """A part from its start to its end. One that the machine has no process for has died, and is tried again."""
        process = Process(command(name), name=name, env=self._environment())
        try:
            process.run(self.events)
        except OSError as error:
            for kind, data in (("line", str(error).encode()), ("stop", {"returncode": error.errno})):
                self.events.put(Message(kind, data, datetime.now(UTC), name, None))

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **as_environment(replace(self.settings, supervisor=os.getpid())), "PYTHONUNBUFFERED": "1"}

    def _end_orphans(self) -> None:
        """Kill what a dead part left behind: honcho hears of a death only when nobody holds the part's output any more,
        and a child of the part may hold it for long."""
        dead = [name for name, child in self.children.items() if child.pid is not None and has_ended(child.pid)]
        self._signal(tuple(dead), signal.SIGKILL)

    def _take_events(self, patience: float) -> None:
        try:
            message = self.events.get(timeout=patience)
        except queue.Empty:
            return
        on = {"start": self._on_start, "line": self._on_line, "stop": self._on_stop}
        on[message.type](self.children[message.name], message.data)

    def _on_start(self, child: Child, data: Any) -> None:
        child.pid = int(data["pid"])
        if self.stop.is_set():  # it was being started when the stop came
            self._signal((child.part.name,), signal.SIGTERM)

    def _on_line(self, child: Child, line: Any) -> None:
        text: str = line.decode("utf-8", "replace").rstrip()
        child.log.info(text)
        child.last_line = text or child.last_line
        self.terminal.line(child.part.name, text)

    def _on_stop(self, child: Child, data: Any) -> None:
        child.pid, child.ready, child.running = None, False, False
        if self.stop.is_set():
            return
        now = time.monotonic()
        child.deaths = deaths_after(child.deaths, now - child.started)
        wait = wait_before_restart(child.deaths)
        child.restart_at = now + wait
        self.terminal.died(child.part.name, data["returncode"], wait, child.last_line)

    def _stop_all(self) -> None:
        self.terminal.stopping()
        self._last_call()
        writers, servers = stop_order([child.part for child in self.children.values()])
        self._stop_group(writers, PATIENCE_WRITERS)
        self._stop_group(servers, PATIENCE_SERVERS)
        self._signal(tuple(self.children), signal.SIGKILL)
        self._drain(tuple(self.children), 0.5)

    def _last_call(self) -> None:
        """Let the embedded broker acknowledge nothing more, and ingest catch up: then it begins empty the next time."""
        broker = self.children.get("kafka")
        if broker is not None and broker.pid is not None and broker.ready:
            with contextlib.suppress(ProcessLookupError):
                os.kill(broker.pid, LAST_CALL)
            self._drain(("kafka",), LAST_CALL_S)

    def _stop_group(self, names: tuple[str, ...], patience: float) -> None:
        self._signal(names, signal.SIGTERM)
        self._drain(names, patience)

    def _signal(self, names: tuple[str, ...], number: signal.Signals) -> None:
        for name in names:
            pid = self.children[name].pid
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, number)  # honcho gives each child a session of its own: its children go too

    def _drain(self, names: tuple[str, ...], patience: float) -> None:
        deadline = time.monotonic() + patience
        while any(self.children[name].running for name in names) and time.monotonic() < deadline:
            self._take_events(BEAT)


def has_ended(pid: int) -> bool:
    """Whether our child `pid` has ended; leaves it to be waited for by who started it."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return False


def command(name: str) -> str:
    """Shell command of a part; `exec` makes the pid we hold the part's own."""
    return f"exec '{sys.executable}' -m dashboard.cli {name}"


def up(settings: Settings, profile: CityProfile, words: Words, *, simulate: bool | None, verbose: bool) -> None:
    """Runs every part until SIGINT or SIGTERM. Raises CannotStart for what is in the way."""
    check_disk(settings.data, words)
    with only_instance(settings.data, words):
        check(settings, words)
        read_rulebook()  # a fault in a rule is said here, not by a process that dies again and again
        parts = wanted(settings, simulate)
        terminal = Terminal(words, profile, settings, [part.name for part in parts], verbose)
        logs = settings.data / "logs"
        children = {part.name: Child(part, part_log(logs, part.name, terminal.unlogged)) for part in parts}
        ready, calls = probes.Probes(settings, SCHEMA).ready, Calls(settings)
        supervisor = Supervisor(settings, words, terminal, children, ready, calls.answered, calls.tell)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.stop.set())
        with terminal, contextlib.closing(calls):
            supervisor.run()
