"""A notifier in a process of its own, for the tests that kill it; and an open alert for it to tell of."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from alerts.alert import Observation, Spot, instant, milliseconds
from alerts.engine import step
from alerts.journal import append
from alerts.notifier import Notifier, read_notices
from alerts.receivers import Notices
from alerts.rulebook import read_rulebook
from config.read import read_city
from layers.geometry import load_city
from streams.clickhouse import Database

ROOT = Path(__file__).resolve().parents[2]
OPENED = datetime(2026, 7, 21, 8, 42, tzinfo=UTC)
LATER = OPENED + timedelta(minutes=1)


def open_river(database: Database, level: float = 4.6, at: datetime = OPENED, place: str = "wl-xigangqiao") -> None:
    """A river alert, as the engine opens it: 4.6 m is orange."""
    rule, now = read_rulebook().rule("river_level"), milliseconds(at)
    thresholds = {"blue": 3.9, "yellow": 4.1, "orange": 4.5, "red": 5.2}
    spot = Spot(36.6475, 101.69, 0, "630105")
    seen = Observation(place, now, level, thresholds, device=place, spot=spot)
    append(database, step(rule, {}, [seen], now).transitions)


def notifier(database: Database, config: Notices) -> Notifier:
    return Notifier(database, config, read_rulebook(), load_city(read_city("xining")))


def start(url: str, config: dict[str, object], folder: Path, at: datetime = LATER) -> subprocess.Popen[str]:
    """One turn at `at` in a process of its own; it prints the state of each notice that it sent."""
    path = folder / "notices.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    command = [sys.executable, "-m", "tests.contract.notice_part", url, str(path), str(milliseconds(at))]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def main() -> None:
    url, path, at = sys.argv[1:]
    for post in notifier(Database(url), read_notices(Path(path))).turn(instant(int(at))):
        print("became", post.state)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
