"""The loop from Kafka to the database: poll, parse, insert, commit; each message stored exactly once.

Why it holds. Rows carry (epoch, partition, offset, item); an offset is committed only after all rows before it were
stored. Whenever a partition begins anew for us (start, rebalance, an insert or a commit that failed) we forget what we
hold, shut out whoever wrote it before (fence.py), ask the database which items at or after the committed offset are
stored, and skip exactly these: so a crash between the inserts of two tables, or inside an insert that spans partitions
of a table, leaves nothing out and nothing twice. A member that slept beyond its session and wakes is refused by the
database, forgets all and joins anew. A commit says what is stored, and only while the lanes are those of the batch: it
goes out with the group's generation of the last poll, so the group refuses one that comes too late. `epoch` is asked
again before each insert: a topic created anew has another, and what was read of it under the old name is thrown away
and read again. What we throw away is in Kafka still, so memory holds one batch and one fetch.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Event
from typing import Any

import structlog

from config.city import CityProfile
from config.settings import Settings
from streams.ages import AS_PARSED, Ages, ages
from streams.batch import LONGEST_WAIT_S, Batch, Lane
from streams.brake import Brake, Released
from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed
from streams.elapsed import passed, waits
from streams.fence import Fence, Fenced
from streams.heap import spare_the_collector, sweep
from streams.inlet import Inlet
from streams.kafka import BrokerUnavailable
from streams.map_files import read_places
from streams.opening import Opening, reached
from streams.places import Places
from streams.pulse import Level, Pulse, waits_for
from streams.registrar import follow
from streams.sides import Sink, Source
from streams.store import Store

log = structlog.get_logger("ingest")

POLL_MS = 50
VERIFY_S = 0.5
PATIENCE_S = 0.5  # waiting for an insert without a word to the group
LEAVE_S = 30.0
BROKER_AGAIN_S = 0.5
DATABASE_AGAIN_S = (0.2, 0.5, 1.0, 2.0, 5.0)
PROVEN_S = 2.0  # lanes that are open for so long, and nothing to store: then the database is taken to be back


class Ingest:
    """One member of the group at work: call `turn` again and again.

    Raises BrokerUnavailable, Fenced or Released when it must be built anew; a database that fails is waited for, here.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands between, and what its tests turn by hand
        self,
        source: Source,
        sink: Sink,
        places: Places,
        pulse: Pulse,
        clock: Callable[[], float] = time.time,
        limits: Ages = AS_PARSED,
    ) -> None:
        self._source, self._sink, self._places, self._pulse, self._clock = source, sink, places, pulse, clock
        self._limits = limits
        self._lanes: dict[Any, Lane] = {}
        self._fence = Fence(0, "", ())
        self.done: dict[Any, int] = {}  # committed, by partition
        self._batch = Batch(places, limits)
        self._since: float | None = None  # when the batch got its first message
        self._inserting: tuple[Batch, Future[int]] | None = None  # we read on while the database stores
        self._brake = Brake(sink)
        self._opening = Opening(source, sink, self._brake, clock)
        self._verified = 0.0
        self._failures, self._again = 0, 0.0
        source.before_leaving(self.let_finish)

    def turn(self) -> None:
        """Poll once, and insert what is due."""
        now = self._clock()
        if waits(self._again, now, DATABASE_AGAIN_S[-1]):
            self._source.poll(POLL_MS)  # paused: this only keeps us in the group
            return
        try:
            self._step(now)
            self._recovered(now)
        except (DatabaseUnavailable, QueryFailed) as error:
            self._refused(error)

    def finish(self) -> None:
        """Store what we hold, before the end."""
        try:
            self._flush()
            self._settle()
        except (DatabaseUnavailable, QueryFailed, Fenced) as error:
            log.warning("not stored at the end; it will be read again", error=str(error))

    def _step(self, now: float) -> None:
        records = self._source.poll(self._patience(now))
        if not self._ours():
            self._forget()
            self._open()
            return  # what was polled began elsewhere; it comes again
        if self._brake.due(now) and self._look(now):
            return
        for partition, some in records.items():
            if not self._take(partition, some):
                return
        if self._inserting and self._inserting[1].done():
            self._settle()
        now = self._clock()
        if self._since is not None and passed(self._since, now) >= LONGEST_WAIT_S:
            self._flush()
        elif passed(self._verified, now) >= VERIFY_S:
            self._verify()
        if self._pulse.due(now):
            self._sink.beat(self._pulse.heartbeat(now, self._levels(), self._brake.told()))
            sweep()

    def _patience(self, now: float) -> int:
        """How long a poll may wait, ms: not past the moment at which the batch is due."""
        left = POLL_MS if self._since is None else (self._since + LONGEST_WAIT_S - now) * 1000
        return max(0, min(POLL_MS, int(left)))

    def _take(self, partition: Any, records: list[Any]) -> bool:
        """Take all of them, inserting each time the batch is full; False when all we held was forgotten meanwhile."""
        at = 0
        while at < len(records):
            lane = self._lanes.get(partition)
            if lane is None:
                return False
            now = self._clock()
            at += self._batch.take(partition, lane, records[at:] if at else records, round(now * 1000))
            self._since = self._since or now
            if self._batch.full:
                self._flush()
        return True

    def _flush(self) -> None:
        """Hand the batch to the database, once it has stored the one before."""
        if self._since is None:
            return
        self._settle()
        if not self._ours():
            self._forget()  # while we waited for the insert
        elif self._verify():
            batch, self._batch, self._since = self._batch, Batch(self._places, self._limits), None
            self._inserting = batch, self._sink.insert(batch.rows, self._fence)

    def _settle(self) -> None:
        """Commit what the database was given, once it is stored. Raises what the insert raised.

        Waiting for it polls, and a poll may give our partitions to others: then we commit nothing. The rows are
        stored all the same, and whoever opens their lanes next finds them.
        """
        if self._inserting is None:
            return
        batch, insert = self._inserting
        self._await(insert)
        self._inserting = None
        insert.result()
        self._again = 0.0
        accepted, rejected = batch.counts()
        self._pulse.count(accepted, rejected)
        self._brake.noticed(rejected)
        if self._ours():
            self._source.commit({tp: (end, self._lanes[tp].epoch) for tp, end in batch.ends.items()})
            self.done |= batch.ends

    def _look(self, now: float) -> bool:
        """Whether what is held has changed: then what we have is stored, and the lanes are opened anew.

        Raises Released when a stream goes on: kafka-python 3.0.12 never fetches a partition again that was paused
        with records in its buffer while others were read, and then sought.
        """
        held = self._brake.held
        changed = self._brake.look(now, frozenset(self._source.streams.values()))
        if changed:
            log.warning("streams held", **self._brake.told())
            self._flush()
            self._settle()
            self._forget()
        if held - self._brake.held:
            raise Released(f"released: {', '.join(sorted(held - self._brake.held))}")
        return changed

    def _ours(self) -> bool:
        """Are our lanes what the group gave us, and still the same?"""
        return not self._source.changed() and self._lanes.keys() == self._source.assigned()

    def _verify(self) -> bool:
        """Are the topics the ones that we opened? If not, forget all; the next turn opens the new ones."""
        epochs = self._source.epochs()
        self._verified = self._clock()
        self._opening.all_there(epochs)
        changed = sorted({tp.topic for tp, lane in self._lanes.items() if epochs.get(tp.topic) != lane.epoch})
        if changed:
            log.debug("topics are new", topics=changed)
            self._forget()
        return not changed

    def _await(self, insert: Future[int]) -> None:
        """Until it ended; the group must not take us for dead meanwhile."""
        while wait([insert], PATIENCE_S).not_done:
            self._source.pause(True)
            self._source.poll(0)
        self._source.pause(False)

    def let_finish(self) -> None:
        """Before another member reads what we leave: what we are storing must be seen by it."""
        if self._inserting is not None:
            wait([self._inserting[1]], LEAVE_S)

    def _forget(self) -> None:
        """Drop what we hold; it was not committed, so it comes again. An insert under way ends before we look again."""
        if self._inserting is not None:
            self._await(self._inserting[1])
            self._inserting = None
        self._lanes = {}
        self._batch, self._since = Batch(self._places, self._limits), None

    def _open(self) -> None:
        self._source.settled()
        opened = self._opening.open()
        if opened is not None:
            self._fence, self._lanes = opened
            self.done = {partition: reached(lane, self._brake.held) for partition, lane in self._lanes.items()}
            self._source.hold(self._brake.held)

    def _refused(self, error: Exception) -> None:
        """Begin anew after a while: a failed insert may have been stored, in part or whole."""
        self._forget()
        self._source.pause(True)
        delay = DATABASE_AGAIN_S[min(self._failures, len(DATABASE_AGAIN_S) - 1)]
        self._again, self._failures = self._clock() + delay, self._failures + 1
        self._pulse.last_error, state = str(error), waits_for(error)
        if self._pulse.state != state:
            log.warning(state, error=str(error))
        self._pulse.state = state

    def _recovered(self, now: float) -> None:
        """After a failure only what was stored says that the database takes rows; that lanes can be opened does not."""
        storing = self._since is not None or self._inserting is not None
        proven = not self._again or (not storing and passed(self._again, now) > PROVEN_S)
        if self._lanes and proven and self._pulse.state != "running":
            log.info("running", was=self._pulse.state)
            self._pulse.state, self._failures, self._again = "running", 0, 0.0

    def _levels(self) -> list[Level]:
        """Of the partitions that are ours: while we waited for an insert some may have gone to others."""
        streams, high, ours = self._source.streams, self._source.high, self._source.assigned()
        done = {tp: end for tp, end in self.done.items() if tp in ours}
        return [Level(tp.topic, streams[tp.topic], end, high(tp) or end) for tp, end in done.items()]


def run(settings: Settings, profile: CityProfile, stop: Event) -> None:
    """Ingest until `stop` is set: waits for broker and database, at the start and whenever they go away."""
    places, pulse = read_places(profile), Pulse(f"{socket.gethostname()}:{os.getpid()}")
    spare_the_collector()
    database = Database(settings.database_url)
    store = Store(database, pulse.instance, settings.most_rejects)
    devices = follow(database, places, profile.id, stop, pulse.wrong)
    try:
        while not stop.is_set():
            try:
                _join(settings, places, (store, pulse), stop)
            except BrokerUnavailable as error:
                _no_broker(store, pulse, error)
                stop.wait(BROKER_AGAIN_S)
            except (Fenced, Released) as error:
                log.warning("joining anew", error=str(error))
                pulse.state, pulse.last_error = "joining anew", str(error)
    finally:
        store.close()
        devices.join(1.0)  # it ends by itself
        database.close()


def _join(settings: Settings, places: Places, tools: tuple[Store, Pulse], stop: Event) -> None:
    """One membership of the group, until `stop` or until it must be joined anew. Raises as Ingest."""
    inlet = Inlet(settings)
    ingest = Ingest(inlet, tools[0], places, tools[1], limits=ages(settings.keep))
    try:
        while not stop.is_set():
            ingest.turn()
        ingest.finish()
    finally:
        ingest.let_finish()  # or the next one would not see what this one stores
        inlet.close()


def _no_broker(store: Store, pulse: Pulse, error: BrokerUnavailable) -> None:
    if pulse.state != "waiting for broker":
        log.warning("waiting for broker", error=str(error))
    pulse.state, pulse.last_error = "waiting for broker", str(error)
    if pulse.due(now := time.time()):
        with suppress(DatabaseUnavailable, QueryFailed):
            store.beat(pulse.heartbeat(now, []))
