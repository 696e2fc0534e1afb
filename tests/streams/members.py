"""Members of ingest's group in one thread, with a broker and a database that move when they are told.

At every call of a member to the world it may be stopped: whatever else moves, moves then. So each place where a process
can sleep, be killed or lose an answer is a place where this world lets anything happen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from streams.clickhouse import Database, DatabaseUnavailable
from streams.fence import Fence, Fenced, Lane
from streams.ingest import Ingest
from streams.kafka import BrokerUnavailable
from streams.places import Places
from streams.pulse import Pulse
from streams.question import Answer, Question
from streams.records import Stream
from streams.rows import Rows
from streams.store import Store
from tests.streams.test_places import DISTRICTS

NOW = 1_795_289_624.0
TOPIC, EPOCH = "yiping.iot", "epoch-1"
PLACES = Places(9, DISTRICTS)
GOOD = json.dumps({"device": "d", "metric": "number", "at": NOW * 1000, "value": 1}).encode()
MESSAGES = (GOOD, b"bad", b'{"readings": [' + GOOD + b',{"metric":1},' + GOOD + b"]}")
ITEMS = (1, 1, 3)  # of each of them


class Partition(NamedTuple):
    topic: str
    partition: int


PARTITIONS = (Partition(TOPIC, 0), Partition(TOPIC, 1))


class Message(NamedTuple):
    offset: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Killed(BaseException):
    """A member was killed while it was stopped."""


@dataclass(eq=False)
class Insert:
    """A batch on its way: it waits in a socket, then its guard is judged and it runs, a table at a time, in two halves
    as an insert that spans two partitions of a table does."""

    fence: Fence
    owner: object
    statements: list[list[tuple[int, int, int]]]  # (partition, offset, item) of each table
    done: Future[int] = field(default_factory=Future)
    running: bool = False
    halves: int = 0

    def fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)


@dataclass
class Tables(Database):
    """The database: answers what Store asks. `guarded` False leaves the guard out, to see that it is needed."""

    pause: Callable[[], None] = lambda: None
    guarded: bool = True
    rows: list[tuple[int, int, int]] = field(default_factory=list)
    fences: list[tuple[int, int, str]] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    cluster: None = None

    def ask_settled(self, question: Question, **params: Any) -> Answer:
        return self.ask(question, **params)

    def ask(self, question: Question, **params: Any) -> Answer:
        self.pause()
        if question.name == "fence_number":
            return Answer(("number",), ([max((row[0] for row in self.fences), default=0) + 1],))
        if question.name == "fence_rivals":
            return Answer(("tokens",), ([self.tokens(params["number"], params["lanes"])],))
        if question.name == "running_inserts":
            running = [insert for insert in self.inserts if insert.running]
            for insert in running:
                self.step(insert)  # time passes while one waits
            return Answer(("query_id",), ([str(id(insert)) for insert in running],))
        if question.name == "stream_orders":
            return Answer(("stream",), ([],))
        if question.name == "turned_away_since":
            return Answer(("items",), ([0],))
        assert question.name == "stored_readings"
        found = [row[1:] for row in self.rows if row[0] == params["partition"] and row[1] >= params["first"]]
        return Answer(("offset", "item"), ([offset for offset, _ in found], [item for _, item in found]))

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]], *more: Any) -> int:
        self.pause()
        if table == "fences":
            self.fences += zip(columns["number"], columns["lane"], columns["token"], strict=True)
        return 0

    def tokens(self, number: int, lanes: Sequence[int]) -> set[str]:
        return {row[2] for row in self.fences if row[0] >= number and row[1] in lanes}

    def step(self, insert: Insert) -> None:
        """One step of an insert: judged, half a table, the other half."""
        if not insert.running:
            if not self.guarded or insert.fence.holds(self.tokens(insert.fence.number, insert.fence.keys)):
                insert.running = True
            else:
                self._end(insert, Fenced("taken over"))
            return
        rows = insert.statements[0]
        self.rows += rows[::2] if not insert.halves else rows[1::2]
        insert.halves = 1 - insert.halves
        if not insert.halves:
            insert.statements.pop(0)
            insert.running = False
        if not insert.statements:
            self._end(insert, None)

    def _end(self, insert: Insert, error: Exception | None) -> None:
        self.inserts.remove(insert)
        if error:
            insert.fail(error)
        elif not insert.done.done():
            insert.done.set_result(1)

    def die(self) -> None:
        """Killed and started again: what ran is over, half done; who waits for an answer gets none."""
        for insert in list(self.inserts):
            self._end(insert, DatabaseUnavailable("killed"))


class Steps(Store):
    """A store whose inserts go in steps instead of on a thread."""

    def __init__(self, tables: Tables, owner: Callable[[], object]) -> None:
        super().__init__(cast(Any, tables))
        self._tables, self._owner = tables, owner

    def insert(self, rows: Rows, fence: Fence) -> Future[int]:
        self._tables.pause()
        columns = [rows.columns(table) for table in ("readings", "rejects")]
        names = ("partition", "offset", "item")
        insert = Insert(
            fence, self._owner(), [list(zip(*(one[name] for name in names), strict=True)) for one in columns if one]
        )
        if insert.statements:
            self._tables.inserts.append(insert)
        else:
            insert.done.set_result(0)  # all of it was stored already
        return insert.done

    def beat(self, heartbeat: Mapping[str, Any]) -> None:
        pass


@dataclass
class Broker:
    """One topic of two partitions and its group. Who is not in `roster` has been declared dead, and is not told."""

    log: dict[Partition, list[bytes]] = field(default_factory=lambda: {one: [] for one in PARTITIONS})
    commits: dict[Partition, int] = field(default_factory=dict)
    roster: list[Inlet] = field(default_factory=list)
    generation: int = 0

    def expire(self, inlet: Inlet) -> None:
        if inlet in self.roster:
            self.roster.remove(inlet)
            self.generation += 1

    def join(self, inlet: Inlet) -> set[Any]:
        if inlet not in self.roster:
            self.roster.append(inlet)
            self.generation += 1
        place = self.roster.index(inlet)
        return {one for one in PARTITIONS if one.partition % len(self.roster) == place}


class Inlet:
    """A member as ingest sees it. Its own view of the group is as old as its last poll."""

    def __init__(self, broker: Broker, pause: Callable[[], None]) -> None:
        self.streams: Mapping[str, Stream] = {TOPIC: "iot"}
        self._broker, self._pause = broker, pause
        self._generation, self._mine, self._seen = -1, set[Any](), False
        self._at: dict[Any, int] = {}
        self._paused = False
        self._leaving: Callable[[], None] = lambda: None

    def poll(self, timeout_ms: int) -> dict[Any, list[Any]]:
        self._pause()
        while self._generation != self._broker.generation:
            self._leaving()
            self._mine = self._broker.join(self)
            self._generation, self._seen, self._at = self._broker.generation, True, {}
        return {one: found for one in self._mine if not self._paused and (found := self._fetch(one))}

    def _fetch(self, partition: Any) -> list[Any]:
        first = self._at.get(partition, 0)
        values = self._broker.log[partition][first : first + 4]
        self._at[partition] = first + len(values)
        return [Message(first + step, value) for step, value in enumerate(values)]

    def changed(self) -> bool:
        return self._seen

    def settled(self) -> None:
        self._seen = False

    def assigned(self) -> set[Any]:
        return set(self._mine)

    def epochs(self) -> dict[str, str]:
        self._pause()
        return {TOPIC: EPOCH}

    def committed(self, partition: Any, epoch: str) -> int:
        self._pause()
        return self._broker.commits.get(partition, 0)

    def seek(self, partition: Any, offset: int) -> None:
        self._at[partition] = offset

    def commit(self, ends: Mapping[Any, tuple[int, str]]) -> None:
        self._pause()
        if self._generation != self._broker.generation:
            raise BrokerUnavailable("the group has gone on")
        self._broker.commits |= {partition: end for partition, (end, _) in ends.items()}

    def pause(self, yes: bool) -> None:
        self._paused = yes

    def hold(self, streams: frozenset[str]) -> None:
        assert not streams
        self._paused = False

    def high(self, partition: Any) -> int | None:
        assert partition in self._mine
        return len(self._broker.log[partition])

    def before_leaving(self, call: Callable[[], None]) -> None:
        self._leaving = call


class Member:
    """A process: its ingest, and whether it was killed. `act` runs a turn, and what `run` does when it fails."""

    def __init__(self, world: World) -> None:
        self._world, self.dead = world, False
        self._begin()

    def _begin(self) -> None:
        self.inlet = Inlet(self._world.broker, self._world.pause)
        store = Steps(self._world.tables, lambda: self)
        self._ingest = Ingest(self.inlet, store, PLACES, Pulse("host:1"), lambda: self._world.now)

    def act(self) -> None:
        try:
            self._ingest.turn()
        except (Fenced, BrokerUnavailable):
            self._world.broker.expire(self.inlet)  # its consumer leaves
            self._begin()


class World:
    """Two members, one broker, one database. `moves` says what happens while somebody is stopped; see `_move`."""

    def __init__(self, moves: Sequence[int] = (), guarded: bool = True) -> None:
        self.now = NOW
        self.broker, self.tables = Broker(), Tables(self.pause, guarded)
        self.stack: list[Member] = []
        self._alone = 0
        self._moves = list(reversed(moves))
        self.members = [Member(self), Member(self)]
        self.published: list[tuple[int, int, int]] = []

    def publish(self, kind: int, partition: int) -> None:
        log = self.broker.log[PARTITIONS[partition]]
        self.published += [(partition, len(log), item) for item in range(ITEMS[kind])]
        log.append(MESSAGES[kind])

    def turn(self, member: Member, seconds: float = 0.2) -> None:
        self.now += seconds
        self.stack.append(member)
        try:
            member.act()
        except Killed:
            pass
        finally:
            self.stack.pop()

    def pause(self) -> None:
        """Whoever calls the world may be stopped here for any time."""
        if not self.stack:
            return
        if self._moves and not self._alone:
            self._move(self._moves.pop())
        else:
            self._go_on()
        if self.stack[-1].dead:
            raise Killed

    def _go_on(self) -> None:
        """What was sent goes on; of those who are not stopped only, while one runs alone."""
        for insert in self.tables.inserts:
            if not self._alone or insert.owner is self.stack[-1]:
                self.tables.step(insert)
                break

    def run(self, member: Member, turns: int = 6) -> None:
        """All but this one are taken for dead, and stopped with what they have sent, while it does its work."""
        for other in self.members:
            if other is not member:
                self.broker.expire(other.inlet)
        self._alone += 1
        for _ in range(turns):
            self.turn(member)
        self._alone -= 1

    def _move(self, move: int) -> None:
        kind, which = move % 10, move // 10
        inserts, other = self.tables.inserts, self.members[which % 2]
        if kind in (1, 2) and inserts:
            self.tables.step(inserts[which % len(inserts)])
        elif kind == 3 and other not in self.stack:
            self.turn(other)
        elif kind in (0, 4, 9) and other not in self.stack:
            self.run(other)
        elif kind == 5:
            self.broker.expire(other.inlet)
        elif kind == 6 and inserts:
            inserts[which % len(inserts)].fail(DatabaseUnavailable("the answer was lost"))
        elif kind == 7:
            self.kill(which % 2)
        elif kind == 8:
            self.tables.die()

    def kill(self, place: int) -> None:
        """Its inserts stay in their sockets; another process starts in its place."""
        self.members[place].dead = True
        self.broker.expire(self.members[place].inlet)
        self.members[place] = Member(self)

    def settle(self) -> None:
        """Let all of it end: nobody is stopped or killed any more."""
        self._moves = []
        for _ in range(120):
            for member in self.members:
                self.turn(member, 1.0)
        while self.tables.inserts:
            self.tables.step(self.tables.inserts[0])


__all__ = ["GOOD", "Insert", "Lane", "Member", "Partition", "World"]
