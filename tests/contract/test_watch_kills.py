"""`yiping watch` is killed at random moments while readings change: journal and notices are as if it had not been.

Readings go on only when what they say was seen and told, so that all that happens must be in the journal; a back-test
over the same readings says what that is.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from alerts import journal, outbox
from alerts.alert import LEVELS, Transition, instant, rank
from alerts.past import stored
from alerts.replay import Replay
from streams.clickhouse import Question
from tests.contract import watch_part
from tests.contract.city_part import Town, town
from tests.contract.test_notices import Listener, listener, secret, webhook
from tests.contract.watch_part import PROFILE, RULES

__all__ = ["listener", "secret", "town"]

pytestmark = [pytest.mark.contract, pytest.mark.timeout(400)]

KILLS = int(os.environ.get("YIPING_WATCH_KILLS", "15"))
DEVICES = ("a", "b", "c")
VALUES = {"clear": 5.0, "blue": 12.0, "yellow": 25.0, "orange": 35.0, "red": 45.0}
HELD_S = 1.3  # after it was seen: the beats of a back-test are others, and a second apart
INTENDED = Question(
    "q", "SELECT notice, countIf(state = 'intended') AS times, anyIf(body, state = 'intended') AS body "
    "FROM notices GROUP BY notice",
)  # fmt: skip


@dataclass
class Device:
    """What it says now, as a level; since when that was seen and told, None before."""

    level: str = "clear"
    before: str = "clear"
    seen: float | None = None


@dataclass
class Room:
    """A duty room: a webhook and a file hear of readings that this drives."""

    town: Town
    listener: Listener
    config: dict[str, Any]
    folder: Path
    dice: random.Random
    devices: dict[str, Device] = field(default_factory=lambda: {name: Device() for name in DEVICES})
    watches: list[subprocess.Popen[bytes]] = field(default_factory=list)
    began: int = field(default_factory=lambda: time.time_ns() // 1_000_000)

    def start(self) -> None:
        self.watches.append(watch_part.start(self.town.url, self.config, self.folder))

    def kill(self, watch: subprocess.Popen[bytes]) -> None:
        watch.kill()
        watch.wait(10)
        self.watches.remove(watch)

    def beat(self) -> None:
        """Say what is so, and look what was made of it."""
        now = time.time_ns() // 1_000_000
        for name, device in self.devices.items():
            self.town.read("level", name, {now: VALUES[device.level]})
        told = self.told()
        alerts = journal.open_alerts(self.town.database, instant(now + 1))
        held = {(one.rule, one.place): one for one in alerts}
        for name, device in self.devices.items():
            states = [held.get((rule.key, name)) for rule in RULES]
            levels = {one.level if one else "clear" for one in states}
            risen = rank(device.level) > rank(device.before)
            heard = all((one.id, one.level) in told for one in states if one) or not risen
            if device.seen is None and levels == {device.level} and heard:
                device.seen = time.monotonic()
        time.sleep(0.1)

    def told(self) -> set[tuple[str, str]]:
        """Alerts with the levels that the webhook heard of."""
        return {(one["id"], one["level"]) for body in self.bodies() for one in body["alerts"]}

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(content) for _, content in list(self.listener.heard)]

    def settled(self) -> bool:
        now = time.monotonic()
        return all(one.seen is not None and now - one.seen > HELD_S for one in self.devices.values())

    def change(self, level: str = "") -> None:
        """Those that were seen long enough say another thing, or all this one."""
        for device in self.devices.values():
            if device.seen is not None and time.monotonic() - device.seen > HELD_S:
                wanted = level or self.dice.choice([one for one in VALUES if one != device.level])
                if wanted != device.level:
                    device.before, device.level, device.seen = device.level, wanted, None

    def until(self, done: Callable[[], bool], seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, f"{self.devices}\n{(self.folder / 'watch.log').read_text()[-3000:]}"
            self.beat()

    def rest(self) -> None:
        """All is seen and told, and it is journaled that it was."""
        self.until(lambda: self.settled() and not outbox.unfinished(self.town.database, instant(self.began)))

    def end(self) -> None:
        """All red, seen and told; then no more."""
        self.until(self.settled)
        self.change("red")
        self.rest()
        for watch in list(self.watches):
            watch.terminate()
            self.kill(watch)


@pytest.fixture
def room(town: Town, listener: Listener, secret: str, tmp_path: Path) -> Iterator[Room]:
    config = webhook(listener, secret)
    config["receivers"].append({"key": "book", "channel": {"kind": "file", "path": str(tmp_path / "told.jsonl")}})
    config["pace"] = {"first": "0s", "interval": "1s", "repeat": "4h"}
    made = Room(town, listener, config, tmp_path, random.Random(int(os.environ.get("YIPING_SEED", "20261122"))))
    yield made
    for watch in made.watches:
        watch.kill()
        watch.wait(10)


def test_kills_change_nothing_that_is_journaled_or_told(room: Room) -> None:
    room.start()
    began = time.monotonic()
    room.until(room.settled)
    room.change("orange")
    room.until(room.settled)
    usual = max(1.0, min(10.0, time.monotonic() - began) / 3)  # how long one needs to begin, on this machine
    for number in range(KILLS):
        (watch,) = room.watches
        telling = number % 3 == 2  # it dies when its next notice has arrived, and before it can journal that
        room.listener.kill = watch if telling else None
        ends = time.monotonic() + (30 if telling else room.dice.uniform(0.2, 1.0 + usual))
        while time.monotonic() < ends and watch.poll() is None:
            room.change()
            room.beat()
        room.kill(watch)
        room.start()
    room.end()
    hold(room)


def test_two_at_once_tell_once_and_one_takes_over(room: Room) -> None:
    room.start()
    room.until(lambda: any(one.seen for one in room.devices.values()))
    room.start()
    for _ in range(2):
        room.until(room.settled)
        room.change()
    room.rest()
    hold(room)
    ids = Counter(body["id"] for body in room.bodies())
    assert set(ids.values()) == {1}, "nobody was told twice"
    room.kill(room.watches[0])
    room.change()
    room.end()
    hold(room)


def hold(room: Room) -> None:
    """The journal against a back-test; the notices against the journal."""
    steps = journal.history(room.town.database, "", instant(room.began))
    assert courses(steps) == courses(replayed(room))
    for course in courses(steps).values():
        assert all(after == before for (_, after, _), (before, _, _) in pairwise(course)), "nothing twice, nothing lost"
    opened = {one.alert for one in steps if one.after in LEVELS}
    rows = room.town.database.ask(INTENDED).rows()
    assert {row["times"] for row in rows} == {1}
    posts = [told.post for told in outbox.told(room.town.database, instant(room.began))]
    assert {post.state for post in posts} == {"sent"}
    for receiver, heard in (("duty", room.bodies()), ("book", lines(room))):
        own = {post.id: post for post in posts if post.group.receiver == receiver}
        assert {body["id"] for body in heard} == own.keys(), "all that was decided arrived, and nothing else"
        assert all(body == own[body["id"]].body for body in heard), "an id says one thing"
        chain = [(post.group, post.previous) for post in own.values()]
        assert len(set(chain)) == len(chain), "no decision has two ids"
        assert {name for post in own.values() for name in post.alerts} == opened, "no alert is lost"
    assert len({body["id"] for body in lines(room)}) == len(lines(room)), "a file has each once"


def lines(room: Room) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (room.folder / "told.jsonl").read_text("utf-8").splitlines()]


def replayed(room: Room) -> list[Transition]:
    """What a back-test makes of the readings that were stored."""
    now = time.time_ns() // 1_000_000
    found = stored(room.town.database, RULES, room.began, now)
    _, last = found.span or (0, 0)
    replay = Replay(found.memory(), PROFILE, RULES)
    return [one for beat in range(room.began, last + 1, 1_000) for one in replay.turn(beat)]


def courses(steps: Any) -> dict[tuple[str, str], list[tuple[str, str, float | None]]]:
    """By rule and place: from, to, and the value that did it."""
    found: dict[tuple[str, str], list[tuple[str, str, float | None]]] = {}
    for one in sorted(steps, key=lambda step: step.at):
        found.setdefault((one.rule, one.place), []).append((one.before, one.after, one.value))
    return found
