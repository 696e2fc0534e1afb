"""The supervisor with real processes of its own, small ones: what starts, dies, comes back and ends."""

from __future__ import annotations

import errno
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from config.read import read_words
from config.settings import Settings
from dashboard import up
from dashboard.calls import Calls
from dashboard.part_log import LogFile, part_log
from dashboard.parts import Part
from dashboard.process import stop_with_supervisor
from streams.migrations import MigrationError

SLEEP = "import time\nwhile True: time.sleep(0.05)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\n{SLEEP}"
PARENT = (
    f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', '''{SLEEP}'''])\n"
    f"print('both', flush=True)\n{SLEEP}"
)


@dataclass
class Said:
    """A terminal that remembers."""

    words: list[tuple[str, ...]] = field(default_factory=list)

    def starting(self, part: str) -> None:
        self.words.append(("starting", part))

    def ready(self, part: str, seconds: float) -> None:
        self.words.append(("ready", part))

    def died(self, part: str, code: int, wait: float, last_line: str) -> None:
        self.words.append(("died", part, str(code), last_line))

    def unready(self, part: str, why: str) -> None:
        self.words.append(("unready", part, why))

    def line(self, part: str, text: str) -> None:
        self.words.append(("line", part, text))

    def stopping(self) -> None:
        self.words.append(("stopping",))


Run = Callable[..., "Running"]


@dataclass
class Running:
    supervisor: up.Supervisor
    said: Said
    thread: threading.Thread
    told: list[str]

    def until(self, *words: str, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not any(said[: len(words)] == words for said in self.said.words):
            assert time.monotonic() < deadline, f"never {words}: {self.said.words}"
            time.sleep(0.02)

    def pid(self, part: str) -> int:
        pid = self.supervisor.children[part].pid
        assert pid is not None
        return pid

    def stop(self) -> float:
        begun = time.monotonic()
        self.supervisor.stop.set()
        self.thread.join(10)
        assert not self.thread.is_alive()
        return time.monotonic() - begun


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """Starts a supervisor over parts given as name=python source; `needs` maps a part to what it waits for."""
    everything: list[Running] = []

    def start(
        needs: dict[str, tuple[str, ...]] | None = None,
        probe: Callable[[str, int], bool] = lambda *_: True,
        answered: Callable[[str, int], bool] = lambda *_: True,
        **sources: str,
    ) -> Running:
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.setattr(up, "command", lambda name: f"exec {sys.executable} {tmp_path / name}.py")
        parts = [Part(name, (needs or {}).get(name, ()), server=name == "server") for name in sources]
        children = {part.name: up.Child(part, logging.Logger(part.name)) for part in parts}
        said = Said()
        monkeypatch.setattr(up, "CALL_EVERY", 0.02)
        told: list[str] = []
        words = read_words("en")
        supervisor = up.Supervisor(Settings(), words, said, children, probe, answered, told.append)  # type: ignore[arg-type]
        running = Running(supervisor, said, threading.Thread(target=supervisor.run), told)
        running.thread.start()
        everything.append(running)
        return running

    yield start
    for running in everything:
        running.stop()


def test_a_dead_part_comes_back_and_says_its_last_words(run: Run) -> None:
    running = run(worker=f"print('alive', flush=True)\n{SLEEP}")
    running.until("line", "worker", "alive")
    first = running.pid("worker")
    os.kill(first, signal.SIGKILL)
    running.until("died", "worker", "-9", "alive")
    running.said.words.clear()
    running.until("line", "worker", "alive")
    assert running.pid("worker") != first


def test_a_part_that_cannot_live_is_tried_less_and_less(run: Run) -> None:
    running = run(worker="raise SystemExit('no such city')")
    running.until("died", "worker", "1", "no such city")
    time.sleep(2.5)
    assert len([said for said in running.said.words if said[0] == "died"]) == 2  # after 1 s, then not before 2 s more


def test_a_part_waits_for_what_it_needs(run: Run) -> None:
    there = threading.Event()
    running = run(
        {"worker": ("server",)}, lambda name, _: name != "server" or there.is_set(), server=SLEEP, worker=SLEEP
    )
    running.until("starting", "server")
    time.sleep(0.5)
    assert ("starting", "worker") not in running.said.words
    there.set()
    running.until("starting", "worker")


def test_a_probe_that_fails_is_told_once_and_asked_again(run: Run) -> None:
    mended = threading.Event()

    def probe(*_: object) -> bool:
        if not mended.is_set():
            raise MigrationError("0001_streams.sql was changed after it was applied")
        return True

    running = run({"worker": ("server",)}, probe, server=SLEEP, worker=SLEEP)
    running.until("unready", "server", "0001_streams.sql was changed after it was applied")
    time.sleep(1)
    mended.set()
    running.until("ready", "worker")
    assert len([said for said in running.said.words if said[0] == "unready"]) == 1


def test_a_part_that_cannot_even_be_started_is_started_later(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has no memory for another process: that passes."""
    full = True

    class Process(up.Process):  # type: ignore[misc]  # honcho has no types
        def run(self, *given: object) -> None:
            if full:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            super().run(*given)

    monkeypatch.setattr(up, "Process", Process)
    running = run(worker=SLEEP)
    running.until("died", "worker", "11", "[Errno 11] Resource temporarily unavailable")
    full = False
    running.until("ready", "worker")


def test_a_part_that_lives_and_does_not_answer_is_ended_and_comes_back(run: Run) -> None:
    hung: set[int] = set()
    running = run(answered=lambda _, pid: pid not in hung, worker=SLEEP, other=SLEEP)
    running.until("ready", "worker")
    running.until("ready", "other")
    first, other = running.pid("worker"), running.pid("other")
    hung.add(first)
    running.until("died", "worker", "-9")
    running.said.words.clear()
    running.until("ready", "worker")
    assert running.pid("worker") != first
    assert running.pid("other") == other
    assert "worker left 12 calls in a row unanswered" in running.told[-1]


def test_a_part_may_miss_some_calls_and_all_of_them_before_it_is_ready(run: Run) -> None:
    ready, calls = threading.Event(), iter([False] * 11 + [True] + [False] * 11 + [True] * 1_000_000)
    running = run({}, lambda *_: ready.is_set(), lambda *_: next(calls), worker=SLEEP)
    running.until("starting", "worker")
    time.sleep(0.3)
    assert next(calls) is False, "nobody was called yet"
    ready.set()
    running.until("ready", "worker")
    time.sleep(1.5)
    assert next(calls) is True, "all were used up"
    assert not [said for said in running.said.words if said[0] == "died"]


def test_who_was_told_to_stand_still_does_not_answer() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP]) as one:
        calls = Calls(Settings())
        assert calls.answered("watch", one.pid)
        one.send_signal(signal.SIGSTOP)
        until = time.monotonic() + 5
        while calls.answered("watch", one.pid):
            assert time.monotonic() < until
        one.kill()


def test_a_stop_leaves_nothing_behind(run: Run) -> None:
    running = run(server=SLEEP, worker=PARENT)
    running.until("line", "worker", "both")
    pids = [running.pid("server"), running.pid("worker")]
    pids += [child.pid for child in psutil.Process(running.pid("worker")).children(recursive=True)]
    assert len(pids) == 3
    assert running.stop() < 5
    assert not [pid for pid in pids if alive(pid)]


def test_a_dead_part_comes_back_although_its_child_lives_on(run: Run) -> None:
    running = run(worker=PARENT)
    running.until("line", "worker", "both")
    orphan = psutil.Process(running.pid("worker")).children()[0].pid
    os.kill(running.pid("worker"), signal.SIGKILL)
    running.until("died", "worker", "-9")
    assert not alive(orphan)


def test_a_part_deaf_to_sigterm_is_killed_within_five_seconds(run: Run) -> None:
    running = run(worker=STUBBORN)
    running.until("line", "worker", "deaf")
    pid = running.pid("worker")
    assert running.stop() < 5
    assert not alive(pid)


def test_a_stop_while_starting_leaves_nothing_behind(run: Run) -> None:
    running = run(worker=SLEEP)
    running.until("starting", "worker")
    running.stop()
    assert not running.supervisor.children["worker"].running


def test_an_orphan_ends_itself() -> None:
    """A process whose supervisor is killed with -9 hears of it."""
    source = (
        "import subprocess, sys, os\n"
        "child = 'import threading, os; from dashboard.process import stop_on_signals;"
        "stop = stop_on_signals(os.getppid()); print(os.getpid(), flush=True); stop.wait(20)'\n"
        "subprocess.Popen([sys.executable, '-c', child]).wait()"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while alive(child):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_no_supervisor_is_none_to_watch() -> None:
    before = threading.active_count()
    stop_with_supervisor(0)
    assert threading.active_count() == before


def no_room() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_lines_that_a_full_disk_loses_are_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    log = part_log(tmp_path, "web", told.append)
    (file,) = log.handlers
    assert isinstance(file, LogFile)
    with monkeypatch.context() as full:
        full.setattr(file, "flush", no_room)
        for number in range(3):
            log.info("lost %d", number)
    file.close()  # what the stream held goes to the file now; a line that comes opens it anew
    (tmp_path / "web.log").write_text("")
    log.info("kept")
    log.info("and this")
    assert told == ["No space left on device"]
    assert (tmp_path / "web.log").read_text().splitlines() == [
        "kept",
        "(the disk was full: up to 3 lines before this are lost)",
        "and this",
    ]
    assert capfd.readouterr().err == ""
    file.close()


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
