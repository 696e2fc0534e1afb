"""From a reading that is published to its alert on a screen, with the whole program at work.

    python -m tests.bench.alert_latency [--alerts 80] [--rate 1000] [--no-browser]

Starts what `yiping up` starts (embedded broker, ingest, embedded ClickHouse, watch, web) in an empty folder, with the
rules of the book. Beside even background traffic that fires nothing, single smoke detectors say a value over their
threshold (a rule with `for: 0`), one after another at random moments. One JSON line: seconds until the alert is in a
frame of the wall's push (`frame`), and in Chromium until its figure is in the page (`page`); of what that is made; and
what share of a core each process took. `stored` and `journaled` are known by asking every LOOK_S, so they are too high
by half of that.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from config.settings import ROOT, Settings, as_environment
from streams import kafka
from streams.clickhouse import Database, Question
from tests.bench.stage import percentiles, reading, say
from tests.browser.chromium import chromium
from tests.contract.kafka_part import free_port

LOOK_S = 0.04
TICK_S = 0.01
WARM_S = 20.0  # the first looks of the rollups, and whatever is done once
PATIENCE_S = 120.0
MOST_S = 600.0
OVER = 4.0  # of smoke: orange from 3 on, at once
CALM: Mapping[str, float] = {
    "rain": 0.0, "water_level": 1.0, "manhole_level": 0.4, "pm25": 12.0, "noise": 45.0, "traffic_speed": 40.0,
    "traffic_flow": 300.0, "smoke": 0.1,
}  # fmt: skip
"""What the background says: nothing that any rule minds."""

STORED = Question("stored", "SELECT count() AS n FROM readings WHERE metric = 'smoke' AND device = {device:String}")
JOURNALED = Question(
    "journaled", "SELECT count() AS n FROM alert_transitions WHERE rule = 'smoke' AND place = {device:String}"
)
FIGURE = """() => { window.figures = [];
  const look = () => { const text = (document.getElementById('alerts-count') || {}).innerText || '';
    const last = window.figures[window.figures.length - 1];
    if (!last || last[0] !== text) window.figures.push([text, Date.now()]); };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true}); look(); }"""


@dataclass
class Figures:
    """How many alerts a screen showed, and since when (epoch s)."""

    seen: list[tuple[int, float]] = field(default_factory=list)

    def add(self, text: str, at: float) -> None:
        self.seen.append((int(text or 0), at))

    @property
    def last(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    def above(self, count: int, since: float) -> float | None:
        """When more than `count` were shown first, from a moment on."""
        return next((at for number, at in self.seen if number > count and at >= since), None)


@dataclass(frozen=True)
class Program:
    """`yiping up` at work."""

    settings: Settings
    process: psutil.Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.web_port}"

    def ready(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310 - our own
            return bool(json.load(answer)["ready"])
        return False

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU that each part took so far."""
        found: dict[str, float] = {}
        for part in self.process.children(recursive=True):
            with suppress(psutil.Error):
                name = part.cmdline()[-1] if "dashboard.cli" in part.cmdline() else "other"
                found[name] = found.get(name, 0.0) + sum(part.cpu_times()[:2])
        return found


@contextmanager
def program() -> Iterator[Program]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data=Path(folder), web_port=free_port(), kafka_port=free_port(), clickhouse_port=free_port(), language="en"
        )
        command = [sys.executable, "-m", "dashboard.cli", "up", "--no-simulate"]
        environment = os.environ | as_environment(settings)
        with (Path(folder) / "up.log").open("w") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            try:
                yield Program(settings, psutil.Process(process.pid))
            finally:
                process.terminate()
                process.wait(30)


def background(settings: Settings, rate: int, stop: threading.Event) -> None:
    """So many single readings a second, evenly, until `stop`."""
    producer = kafka.producer(settings)
    topic, began, sent = settings.topic("iot"), time.monotonic(), 0
    base = [reading(number, time.time()) for number in range(2_000)]
    while not stop.wait(TICK_S):
        at = round(time.time() * 1000)
        due = int((time.monotonic() - began) * rate)
        for number in range(sent, due):
            one = base[number % len(base)]
            producer.send(topic, json.dumps(one | {"at": at, "value": CALM[one["metric"]]}).encode())
        sent = due
    producer.close(timeout=5)


def push(url: str, figures: Figures, stop: threading.Event) -> None:
    """What the wall is told, until `stop`."""
    with urllib.request.urlopen(f"{url}/live?screen=wall&lang=en", timeout=PATIENCE_S) as stream:  # noqa: S310 - our own
        for line in stream:
            if stop.is_set():
                return
            if line.startswith(b"data:"):
                figure = json.loads(line[5:]).get("props", {}).get("alerts-count", {}).get("children")
                if figure is not None:
                    figures.add(figure, time.time())


def when(look: Callable[[], Any], what: str) -> float:
    """When it came true, epoch s."""
    end = time.monotonic() + PATIENCE_S
    while not look():
        if time.monotonic() > end:
            raise SystemExit(f"waited {PATIENCE_S:g} s in vain: {what}")
        time.sleep(LOOK_S)
    return time.time()


@dataclass
class Watching:
    """One alert after the other, and how long each took."""

    database: Database
    producer: Any
    topic: str
    wall: Figures
    page: Callable[[], Figures]
    found: dict[str, list[float]] = field(default_factory=dict)

    def one(self, number: int) -> None:
        device, before = f"probe-{number:03}", self.wall.last
        began = time.time()
        said = reading(number, began) | {"device": device, "metric": "smoke", "value": OVER, "at": round(began * 1000)}
        self.producer.send(self.topic, json.dumps(said).encode())
        stored = when(lambda: self.database.ask(STORED, device=device).column("n")[0], "stored")
        journaled = when(lambda: self.database.ask(JOURNALED, device=device).column("n")[0], "journaled")
        when(lambda: self.wall.above(before, began), "in a frame")
        frame = self.wall.above(before, began) or 0.0
        self._note(stored=stored - began, journaled=journaled - stored, framed=frame - journaled, frame=frame - began)
        when(lambda: not self.page().seen or self.page().above(before, began), "in the page")
        shown = self.page().above(before, began)
        if shown:
            self._note(shown=shown - frame, page=shown - began)

    def _note(self, **seconds: float) -> None:
        for name, took in seconds.items():
            self.found.setdefault(name, []).append(took)


@contextmanager
def wall_page(url: str, wanted: bool) -> Iterator[Callable[[], Figures]]:
    """The figures that a wall in Chromium showed so far; none without a browser."""
    if not wanted:
        yield Figures
        return
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{url}/?lang=en")
        page.wait_for_selector("#alerts-count", state="attached", timeout=60_000)
        page.evaluate(FIGURE)
        yield lambda: Figures([(int(text or 0), at / 1000) for text, at in page.evaluate("window.figures")])


def measure(running: Program, rate: int, alerts: int, browser: bool) -> dict[str, Any]:
    stop, wall, chance = threading.Event(), Figures(), random.Random(1)
    threads = [
        threading.Thread(target=background, args=(running.settings, rate, stop)),
        threading.Thread(target=push, args=(running.url, wall, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    database, producer = Database(running.settings.database_url), kafka.producer(running.settings)
    try:
        with wall_page(running.url, browser) as page:
            time.sleep(WARM_S)
            watching = Watching(database, producer, running.settings.topic("iot"), wall, page)
            used, began = running.cpu(), time.monotonic()
            for number in range(alerts):
                if time.monotonic() - began > MOST_S:  # a machine that does other things: what there is, is told
                    break
                time.sleep(chance.uniform(0.5, 2.0))
                watching.one(number)
            took = time.monotonic() - began
            spent = {name: round((now - used.get(name, 0.0)) / took, 3) for name, now in running.cpu().items()}
    finally:
        stop.set()
        threads[0].join()
        producer.close(timeout=5)
        database.close()
    figures = {name: percentiles(seconds) for name, seconds in watching.found.items()}
    return {"measured": len(watching.found.get("frame", ())), **figures, "cores": spent}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=80)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args()
    with program() as running:
        when(running.ready, "the program is ready")
        found = measure(running, given.rate, given.alerts, not given.no_browser)
        say(case="published to an alert on screen, s", rate=given.rate, alerts=given.alerts, wanted=2.0, **found)


if __name__ == "__main__":
    main()
