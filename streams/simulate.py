"""`yiping simulate`: tells Kafka what the made-up city of streams.world says, first a day of history, then each second.

It keeps in `<data>/simulate.json` how far it has told, so that a restart goes on where it stopped. Every message is
marked as made up by its header. While no broker answers it waits; afterwards it tells what was missed, at most a day.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Protocol

import structlog

from config.city import CityProfile
from config.settings import Settings
from streams.batch import SOURCE_HEADER
from streams.kafka import BrokerUnavailable, KafkaError, broker_errors, ensure_topics, producer
from streams.map_files import read_districts
from streams.world.city import LIVE_GAP_MS, Part, World, build, first_parts, missed_parts
from streams.world.storm import storms
from streams.world.wire import Message

log = structlog.get_logger("simulate")

SOURCE = "simulator"
TICK_S = 1.0
AGAIN_S = 1.0  # between two tries to reach the broker
ANSWER_S = 10.0  # in which the broker has to acknowledge what it was sent
BLOCK_MS = 1_000  # that one send may take: a stop must not wait longer
STOP_S = 0.5  # that a stop waits for acknowledgements
CLOSE_S = 0.5
_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Filling:
    """A backfill under way: of (since, until], `done` parts of it told; `first`: of a city never seen before."""

    first: bool
    since: int
    until: int
    done: int = 0


@dataclass(frozen=True)
class Progress:
    """How far the city has been told, epoch ms; what the state file holds."""

    anchor: int
    published_until: int
    filling: Filling | None = None


class Sending(Protocol):
    """The acknowledgement of one message, once it is there."""

    is_done: bool

    def succeeded(self) -> bool: ...


class Producer(Protocol):
    """What we need of a Kafka producer."""

    def send(self, topic: str, value: bytes, *, headers: list[tuple[str, bytes]]) -> Sending: ...

    def close(self, timeout: float) -> None: ...


def load_progress(path: Path) -> Progress | None:
    """What the state file says; None when there is none, or none that can be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
        filling = found["filling"] and Filling(**found["filling"])
        return Progress(int(found["anchor"]), int(found["published_until"]), filling)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("state cannot be read, starting anew", file=str(path), error=str(error))
        return None


def save_progress(path: Path, progress: Progress) -> None:
    """Writes the state so that a reader sees the old or the new one, never half of one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(progress)), "utf-8")
    os.replace(fresh, path)


def begin(found: Progress | None, anchor: int | None, now: int, backfill_ms: int) -> Progress:
    """Where to start: where the last run stopped, or with a backfill when there was none; a given anchor wins."""
    if found is None:
        return Progress(now if anchor is None else anchor, now, Filling(True, now - backfill_ms, now))
    progress = found if anchor is None else replace(found, anchor=anchor)
    if progress.published_until > now:  # the clock was set back: what it says counts
        return replace(progress, published_until=now)
    return progress


class Post:
    """Brings messages to the broker, as often as it takes; knows which of them it has acknowledged."""

    def __init__(self, settings: Settings, stop: Event, connect: Callable[[], Producer]) -> None:
        self._settings, self._stop, self._connect = settings, stop, connect
        self._producer: Producer | None = None
        self._waiting = False
        self._headers = [(SOURCE_HEADER, SOURCE.encode())]

    def deliver(self, messages: Sequence[Message]) -> bool:
        """True once the broker has every message; False when we are to stop before."""
        left = list(messages)
        while left and not self._stop.is_set():
            left, failure = self._try(left)
            if failure is None and not left:
                self._answered()
            elif not self._stop.is_set():
                self._unanswered(failure)
        return not left

    def _try(self, messages: Sequence[Message]) -> tuple[list[Message], BrokerUnavailable | None]:
        """The messages that the broker has not acknowledged, and what went wrong."""
        sent: list[Sending] = []
        failure = None
        try:
            with broker_errors(self._settings):
                self._send(messages, sent)
        except BrokerUnavailable as error:
            failure = error
        self._settle(sent)
        taken = [sending.is_done and sending.succeeded() for sending in sent]
        left = [one for one, there in zip(messages, taken, strict=False) if not there]
        return [*left, *messages[len(sent) :]], failure

    def _send(self, messages: Sequence[Message], sent: list[Sending]) -> None:
        if self._producer is None:
            self._producer = self._connect()
        for one in messages:
            sent.append(self._producer.send(self._settings.topic(one.stream), one.value, headers=self._headers))

    def _settle(self, sendings: Sequence[Sending]) -> None:
        """Waits for the acknowledgements, when we are to stop only for a moment."""
        until, stopping = time.monotonic() + ANSWER_S, False
        for one in sendings:
            while not one.is_done and time.monotonic() < until:
                time.sleep(0.005)
                if self._stop.is_set() and not stopping:
                    until, stopping = time.monotonic() + STOP_S, True

    def _answered(self) -> None:
        if self._waiting:
            log.info("broker answers again")
        self._waiting = False

    def _unanswered(self, error: BrokerUnavailable | None) -> None:
        if not self._waiting:
            log.warning("waiting for broker", error=str(error or "it does not acknowledge what it was sent"))
        self._waiting = True
        self.close()  # a producer that failed once may fail for good
        self._stop.wait(AGAIN_S)

    def close(self) -> None:
        if self._producer is not None:
            with suppress(KafkaError, OSError):
                self._producer.close(timeout=CLOSE_S)
        self._producer = None


class Teller:
    """Tells the world to the broker step by step, and remembers how far."""

    def __init__(self, world: World, post: Post, state: Path, progress: Progress, backfill_ms: int) -> None:
        self._world, self._post, self._state, self._backfill_ms = world, post, state, backfill_ms
        self.progress = progress

    def introduce(self, now: int) -> None:
        """Register the devices, as of the world's beginning: what somebody else said of one since then counts."""
        self._post.deliver(self._world.roster(min(self._world.anchor, now)))

    def turn(self, now: int) -> bool:
        """One step at `now` (epoch ms): a part of the backfill, or what was said since the last step.

        True when there is more to tell at once.
        """
        progress = self.progress
        if progress.filling is None and now - progress.published_until > LIVE_GAP_MS:
            self._keep(replace(progress, filling=Filling(False, progress.published_until, now)))
        if self.progress.filling is not None:
            return self._fill(self.progress.filling)
        self._live(progress.published_until, now)
        return False

    def _live(self, since: int, now: int) -> None:
        if now <= since or not self._post.deliver(self._world.live(since, now)):
            return
        self._keep(replace(self.progress, published_until=now))
        for storm in storms(self._world.anchor, self._world.seed, since, now):
            log.info("storm begins", number=storm.number, strength=round(storm.strength, 2))

    def _fill(self, filling: Filling) -> bool:
        parts = self._parts(filling)
        told = self._world.past(parts[filling.done], filling.since, filling.until)
        if not self._post.deliver(told):
            return False
        done = filling.done + 1
        if done < len(parts):
            self._keep(replace(self.progress, filling=replace(filling, done=done)))
        else:
            self._keep(replace(self.progress, filling=None, published_until=filling.until))
            log.info("history told", hours=round((filling.until - filling.since) / _HOUR_MS, 1), parts=done)
        return True

    def _parts(self, filling: Filling) -> Sequence[Part]:
        if filling.first:
            return first_parts(self._world.anchor, filling.since, filling.until)
        return missed_parts(filling.since, filling.until, self._backfill_ms)

    def _keep(self, progress: Progress) -> None:
        self.progress = progress
        save_progress(self._state, progress)


def run(
    settings: Settings, profile: CityProfile, stop: Event, anchor: datetime | None = None, backfill_hours: float = 24
) -> None:
    """Simulate until `stop` is set. `anchor`: the moment the storms count from; without it, that of the first start.

    Raises ConfigError when a file of the profile is not there.
    """
    districts = read_districts(profile)
    settings.data.mkdir(parents=True, exist_ok=True)
    state, backfill_ms = settings.data / "simulate.json", round(backfill_hours * _HOUR_MS)
    given = None if anchor is None else round(anchor.timestamp() * 1000)
    progress = begin(load_progress(state), given, _now(), backfill_ms)
    post = Post(settings, stop, lambda: _connected(settings))
    teller = Teller(build(profile, districts, progress.anchor), post, state, progress, backfill_ms)
    log.info("simulating", city=profile.id, brokers=",".join(settings.brokers), backfill=progress.filling is not None)
    try:
        teller.introduce(_now())
        while not stop.is_set():
            if not teller.turn(_now()):
                stop.wait(TICK_S)
    finally:
        post.close()


def _connected(settings: Settings) -> Any:
    """A producer, once the topics are there: the embedded broker takes messages for a topic it lacks and loses them."""
    ensure_topics(settings)
    return producer(settings, max_block_ms=BLOCK_MS)


def _now() -> int:
    return round(time.time() * 1000)
