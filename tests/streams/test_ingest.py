"""The loop, driven by a broker and a database that do as they are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from streams import batch
from streams.batch import Lane, open_lane, source_of, stored_items
from streams.brake import Released
from streams.clickhouse import DatabaseUnavailable, QueryFailed
from streams.fence import Fence
from streams.holds import HELD, RELEASED, Order
from streams.ingest import Ingest
from streams.kafka import BrokerUnavailable
from streams.places import Places
from streams.pulse import Level, Pulse
from streams.records import Stream
from streams.rows import Rows
from tests.streams.test_places import DISTRICTS

NOW = 1_795_289_624.0
MOST = 3


class Partition(NamedTuple):
    topic: str
    partition: int


IOT, CASES = Partition("yiping.iot", 0), Partition("yiping.cases", 0)


@dataclass
class Message:
    offset: int
    value: bytes | None
    headers: list[tuple[str, bytes | None]] = field(default_factory=list)


class Broker:
    """Topics in memory: what is published under an epoch, and what a group committed."""

    def __init__(self) -> None:
        self.streams: Mapping[str, Stream] = {"yiping.iot": "iot", "yiping.cases": "cases"}
        self.identity = {"yiping.iot": "iot-1", "yiping.cases": "cases-1"}
        self.log: dict[Partition, list[bytes]] = {IOT: [], CASES: []}
        self.mine: set[Any] = {IOT, CASES}
        self.commits: dict[Any, int] = {}
        self.at: dict[Any, int] = {}
        self.paused = False
        self.rebalanced = True
        self.held: frozenset[str] = frozenset()
        self.leaving: Callable[[], None] = lambda: None
        self.fails = False

    def publish(self, *values: bytes, to: Partition = IOT) -> None:
        self.log[to] += values

    def renew(self, epoch: str) -> None:
        """The topic is created anew, and commits go with the old one."""
        self.identity["yiping.iot"], self.log[IOT] = epoch, []
        self.commits.pop(IOT, None)

    def poll(self, timeout_ms: int) -> dict[Any, list[Any]]:
        if self.fails:
            raise BrokerUnavailable("gone")
        found: dict[Any, list[Any]] = {}
        for partition in self.mine if not self.paused else ():
            if self.streams[partition.topic] in self.held:
                continue
            first = self.at.get(partition, 0)
            values = self.log[partition][first:]
            if values:
                found[partition] = [Message(first + step, value) for step, value in enumerate(values)]
                self.at[partition] = first + len(values)
        return found

    def changed(self) -> bool:
        return self.rebalanced

    def settled(self) -> None:
        self.rebalanced = False

    def assigned(self) -> set[Any]:
        return set(self.mine)

    def epochs(self) -> dict[str, str]:
        return dict(self.identity)

    def committed(self, partition: Any, epoch: str) -> int:
        return self.commits.get(partition, 0)

    def seek(self, partition: Any, offset: int) -> None:
        self.at[partition] = offset

    def commit(self, ends: Mapping[Any, tuple[int, str]]) -> None:
        self.commits |= {partition: end for partition, (end, _) in ends.items()}

    def pause(self, yes: bool) -> None:
        self.paused = yes

    def hold(self, streams: frozenset[str]) -> None:
        self.held, self.paused = streams, False

    def high(self, partition: Any) -> int | None:
        assert partition in self.mine
        return len(self.log[partition])

    def before_leaving(self, call: Callable[[], None]) -> None:
        self.leaving = call


class Tables:
    """A database that keeps (stream, epoch, partition, offset, item) of every row."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.beats: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.error_after: tuple[str, ...] = ()  # tables that are stored before it fails
        self.inserts = 0
        self.fences = 0
        self.most_rejects = MOST
        self.order: dict[str, Order] = {}
        self.counts: dict[str, tuple[int, int]] = {}  # (rejected, accepted) of a window
        self.looks = 0

    def orders(self) -> dict[str, Order]:
        if self.error is not None:
            raise self.error
        self.looks += 1
        return dict(self.order)

    def turned_away(self, stream: str, since: int) -> int:
        return self.counts.get(stream, (0, 0))[0]

    def taken(self, stream: str, since: int) -> int:
        return self.counts.get(stream, (0, 0))[1]

    def hold(self, stream: str, rejected: int, accepted: int, skip: Mapping[str, int]) -> None:
        self.order[stream] = Order(HELD, 1, rejected, accepted, skip=skip)

    def open(self, lanes: Sequence[tuple[str, int]]) -> Fence:
        if self.error is not None:
            raise self.error
        self.fences += 1
        return Fence(self.fences, f"{self.fences:x}", tuple(lanes))

    def insert(self, rows: Rows, fence: Fence) -> Future[int]:
        done: Future[int] = Future()
        self.inserts += 1
        for table in ("readings", "case_steps", "rejects"):
            if self.error is None or table in self.error_after:
                self._keep(table, rows)
        if self.error is None:
            done.set_result(rows.length)
        else:
            done.set_exception(self.error)
        return done

    def _keep(self, table: str, rows: Rows) -> None:
        columns = rows.columns(table)
        if columns:
            self.rows += zip(*(columns[name] for name in ("epoch", "partition", "offset", "item")), strict=True)

    def stored(self, stream: str, epoch: str, partition: int, first: int) -> dict[int, frozenset[int]]:
        if self.error is not None:
            raise self.error
        return stored_items(row[2:] for row in self.rows if row[:2] == (epoch, partition) and row[2] >= first)

    def beat(self, heartbeat: Mapping[str, Any]) -> None:
        self.beats.append(dict(heartbeat))

    def items(self, epoch: str = "iot-1") -> list[tuple[int, int]]:
        return sorted(row[2:] for row in self.rows if row[0] == epoch)


@dataclass
class Stage:
    """An ingest with its broker, its database and a clock that is moved by hand."""

    broker: Broker = field(default_factory=Broker)
    tables: Tables = field(default_factory=Tables)
    now: float = NOW
    pulse: Pulse = field(default_factory=lambda: Pulse("host:1"))

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """As after a crash: nothing is known but what broker and database hold."""
        self.broker.at, self.broker.rebalanced, self.broker.paused = {}, True, False
        places = Places(9, DISTRICTS)
        self.ingest = Ingest(self.broker, self.tables, places, self.pulse, lambda: self.now)

    def turn(self, times: int = 1, seconds: float = 0.4) -> None:
        for _ in range(times):
            self.now += seconds
            try:
                self.ingest.turn()
            except Released:
                self.begin()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def reading(value: float = 1.0) -> bytes:
    return json.dumps({"device": "d", "metric": "rain", "at": NOW * 1000, "value": value}).encode()


BATCH = b'{"readings": [' + reading() + b"," + reading(-999) + b"," + reading() + b"]}"


def test_what_is_published_is_stored_and_then_committed(stage: Stage) -> None:
    stage.broker.publish(reading(), b"bad", BATCH)
    stage.turn(4)
    assert stage.tables.items() == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]
    assert stage.broker.commits == {IOT: 3}
    assert (stage.pulse.accepted["iot"], stage.pulse.rejected["iot"]) == (3, 2)


def test_a_batch_waits_for_more_but_not_long(stage: Stage) -> None:
    stage.turn()
    stage.broker.publish(reading())
    stage.turn(seconds=0.1)
    stage.broker.publish(reading())
    stage.turn(seconds=0.1)
    assert stage.tables.inserts == 0
    stage.turn(3, seconds=0.1)
    assert stage.tables.inserts == 1
    assert stage.tables.items() == [(0, 0), (1, 0)]


def test_a_full_batch_does_not_wait(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_ROWS", 10)
    stage.turn()
    stage.broker.publish(*[reading()] * 25)
    stage.turn(seconds=0.01)
    assert stage.tables.inserts == 2
    assert len(stage.tables.items()) == 20


def test_nothing_is_committed_that_is_not_stored(stage: Stage) -> None:
    stage.broker.publish(reading())
    stage.turn()
    stage.tables.error = DatabaseUnavailable("gone")
    stage.turn(4)
    assert stage.broker.commits == {}
    assert stage.pulse.state == "waiting for database"
    assert stage.pulse.last_error == "gone"
    assert stage.broker.paused


@pytest.mark.parametrize("error", [DatabaseUnavailable("gone"), QueryFailed("insert", "disk full", 243)])
def test_when_the_database_is_back_all_is_stored_once(stage: Stage, error: Exception) -> None:
    stage.broker.publish(reading(), b"bad", BATCH)
    stage.turn()
    stage.tables.error = error
    stage.turn(4)
    stage.tables.error = None
    stage.turn(20)
    assert stage.tables.items() == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]
    assert stage.broker.commits == {IOT: 3}
    assert stage.pulse.state == "running"


def test_a_database_that_lets_us_in_and_takes_no_rows_is_tried_less_and_less(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a constraint: lanes open each time, inserts fail. One state, and soon one attempt each 5 s."""
    failed: Future[int] = Future()
    failed.set_exception(QueryFailed("insert", "violates a constraint", 469))
    monkeypatch.setattr(stage.tables, "insert", lambda _rows, _fence: failed)
    stage.broker.publish(reading())
    states = []
    for _ in range(600):
        stage.turn(seconds=0.1)
        states.append(stage.pulse.state)
    assert set(states[20:]) == {"waiting for database"}
    assert stage.tables.fences < 20, "of 60 s"
    monkeypatch.undo()
    stage.turn(80, seconds=0.1)
    assert stage.tables.items() == [(0, 0)]
    assert stage.pulse.state == "running"


def test_a_database_that_is_back_is_running_though_nothing_comes(stage: Stage) -> None:
    stage.turn()
    stage.tables.error = DatabaseUnavailable("gone")
    stage.broker.rebalanced = True
    stage.turn(3)
    assert stage.pulse.state == "waiting for database"
    stage.tables.error = None
    stage.turn(20)
    assert stage.pulse.state == "running"


@pytest.mark.parametrize("stored", [("readings",), ("rejects",), ("readings", "rejects")])
def test_an_insert_that_failed_halfway_leaves_nothing_out_and_nothing_twice(
    stage: Stage, stored: tuple[str, ...]
) -> None:
    stage.broker.publish(reading(), b"bad", BATCH)
    stage.turn()
    stage.tables.error, stage.tables.error_after = DatabaseUnavailable("cut"), stored
    stage.turn(3)
    stage.tables.error = None
    stage.turn(20)
    assert stage.tables.items() == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]


def test_a_crash_between_insert_and_commit_stores_nothing_twice(stage: Stage) -> None:
    stage.broker.publish(reading(), BATCH)
    stage.turn(4)
    stage.broker.commits.clear()
    stage.begin()
    stage.broker.publish(reading())
    stage.turn(4)
    assert stage.tables.items() == [(0, 0), (1, 0), (1, 1), (1, 2), (2, 0)]
    assert stage.broker.commits == {IOT: 3}


def test_it_goes_on_where_it_committed(stage: Stage) -> None:
    stage.broker.publish(reading(), reading())
    stage.turn(4)
    stage.begin()
    stage.turn()
    assert stage.broker.at[IOT] == 2


def test_a_commit_of_another_life_is_not_believed(stage: Stage) -> None:
    """The broker came back empty but somebody committed the old offset on the new topic."""
    stage.broker.publish(reading(), reading())
    stage.turn(4)
    stage.broker.renew("iot-2")
    stage.broker.commits[IOT] = 2
    stage.broker.publish(reading(), reading(), reading())
    stage.begin()
    stage.turn(4)
    assert stage.tables.items("iot-2") == [(0, 0), (1, 0), (2, 0)]


def test_a_topic_created_anew_is_read_from_its_beginning(stage: Stage) -> None:
    stage.broker.publish(reading(), reading())
    stage.turn(4)
    stage.broker.renew("iot-2")
    stage.broker.publish(reading(), reading(), reading())
    stage.turn(6)
    assert stage.tables.items() == [(0, 0), (1, 0)]
    assert stage.tables.items("iot-2") == [(0, 0), (1, 0), (2, 0)]


def test_what_was_polled_before_the_topic_changed_is_not_stored_under_its_old_name(stage: Stage) -> None:
    stage.turn()
    stage.broker.publish(reading())
    stage.turn(seconds=0.1)
    stage.broker.renew("iot-2")
    stage.broker.publish(reading())
    stage.turn(6)
    assert stage.tables.items() == []
    assert stage.tables.items("iot-2") == [(0, 0)]


def test_a_rebalance_in_the_middle_of_a_batch(stage: Stage) -> None:
    """What we hold of a partition that goes is dropped; its new owner reads it."""
    stage.turn()
    stage.broker.publish(reading())
    stage.broker.publish(b"{}", to=CASES)
    stage.turn(seconds=0.1)
    stage.broker.mine, stage.broker.rebalanced = {CASES}, True
    stage.broker.leaving()
    stage.turn(4)
    assert stage.tables.items() == []
    assert stage.tables.items("cases-1") == [(0, 0)]
    assert stage.broker.commits == {CASES: 1}


def test_a_topic_that_is_missing_for_a_moment_is_waited_for(stage: Stage) -> None:
    there = stage.broker.identity.pop("yiping.iot")
    stage.turn(2)
    stage.broker.identity["yiping.iot"] = there
    stage.broker.publish(reading())
    stage.turn(4)
    assert stage.tables.items() == [(0, 0)]
    del stage.broker.identity["yiping.iot"]
    with pytest.raises(BrokerUnavailable, match=r"no topic yiping\.iot"):
        stage.turn(20)


def test_a_broker_that_fails_is_not_ours_to_mend(stage: Stage) -> None:
    stage.turn()
    stage.broker.fails = True
    with pytest.raises(BrokerUnavailable):
        stage.turn()


def test_at_the_end_what_is_held_is_stored(stage: Stage) -> None:
    stage.turn()
    stage.broker.publish(reading())
    stage.turn(seconds=0.01)
    stage.ingest.finish()
    assert stage.tables.items() == [(0, 0)]
    assert stage.broker.commits == {IOT: 1}


def test_it_says_every_two_seconds_how_it_is(stage: Stage) -> None:
    stage.broker.publish(reading(), b"bad")
    stage.turn(30, seconds=0.2)
    assert len(stage.tables.beats) == 3
    detail = json.loads(stage.tables.beats[-1]["detail"])
    assert detail["topics"]["yiping.iot"] == {"lag": 0, "position": 2, "partitions": 1, "rate": 0.0}
    assert detail["accepted"] == {"iot": 1, "cases": 0, "events": 0, "devices": 0}
    assert detail["rejected"] == {"iot": 1, "cases": 0, "events": 0, "devices": 0}
    assert detail["state"] == "running"


def test_a_partition_that_went_while_we_waited_for_an_insert_is_not_told_of(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poll in the middle of a turn may give it away: what is told at the end of the turn is of those that stayed."""
    stage.turn()

    def pause(yes: bool) -> None:
        stage.broker.mine, stage.broker.rebalanced = {CASES}, stage.broker.rebalanced or yes

    monkeypatch.setattr(stage.broker, "pause", pause)
    stage.broker.publish(reading())
    stage.turn(seconds=0.1)
    stage.turn(2, seconds=2.0)
    told = [json.loads(beat["detail"])["topics"].keys() for beat in stage.tables.beats]
    assert told == [{"yiping.iot", "yiping.cases"}] * 2 + [{"yiping.cases"}]


def test_lag_and_rate() -> None:
    pulse = Pulse("host:1")
    pulse.count({"iot": 100}, {"iot": 20})
    beat = pulse.heartbeat(NOW, [Level("t", "iot", 10, 15), Level("t", "iot", 20, 18)])
    assert json.loads(beat["detail"])["topics"] == {"t": {"lag": 5, "position": 30, "partitions": 2, "rate": 60.0}}
    assert beat["at"] == round(NOW * 1000)
    assert not pulse.due(NOW + 1)
    assert pulse.due(NOW + 2)


@pytest.mark.parametrize(
    ("committed", "stored", "expected"),
    [
        (0, {}, Lane("iot", "e", 0, {})),
        (0, {3: frozenset((0,))}, Lane("iot", "e", 0, {3: frozenset((0,))})),
        (5, {4: frozenset((0,)), 7: frozenset((1,))}, Lane("iot", "e", 5, {7: frozenset((1,))})),
        (5, {}, None),
        (5, {7: frozenset((1,))}, None),
    ],
)
def test_where_a_lane_begins(committed: int, stored: dict[int, frozenset[int]], expected: Lane | None) -> None:
    assert open_lane("iot", "e", committed, stored) == expected


def test_who_sent_it() -> None:
    assert source_of([("other", b"x"), ("yiping-source", b"simulator")]) == "simulator"
    assert source_of([("yiping-source", None)]) == ""
    assert source_of([("yiping-source", b"\xff" * 1_000)]) == "\ufffd" * 256
    assert source_of([]) == ""


def test_a_stream_that_is_mostly_turned_away_is_held_and_the_others_go_on(stage: Stage) -> None:
    stage.turn()
    stage.broker.publish(b"bad", b"bad", b"bad", b"bad", reading())
    stage.tables.counts["iot"] = (4, 1)
    stage.turn(6)
    assert stage.tables.order["iot"].holds
    assert stage.broker.held == {"iot"}
    assert stage.broker.commits == {IOT: 5}
    stage.broker.publish(reading())
    stage.broker.publish(b"{}", to=CASES)
    stage.turn(6)
    assert stage.broker.commits == {IOT: 5, CASES: 1}
    assert json.loads(stage.tables.beats[-1]["detail"])["held"] == {"iot": {"since": 1, "rejected": 4, "accepted": 1}}


def test_a_hold_outlives_the_process_and_ends_with_the_order(stage: Stage) -> None:
    stage.tables.order["iot"] = Order(HELD, 1, 9, 0)
    stage.begin()
    stage.broker.publish(reading())
    stage.turn(4)
    assert stage.tables.items() == []
    stage.tables.order["iot"] = Order(RELEASED, 2)
    stage.turn(10)
    assert stage.tables.items() == [(0, 0)]


def test_what_waits_of_a_held_stream_grows_and_leaves_out_what_is_stored(stage: Stage) -> None:
    """Also when the broker was killed and has forgotten what the group committed."""
    stage.broker.publish(reading(), BATCH)
    stage.turn(4)
    stage.broker.commits.clear()
    stage.tables.order["iot"] = Order(HELD, 1, 9, 0)
    stage.begin()
    stage.broker.publish(reading(), reading(), reading())
    stage.turn(10)
    topic = json.loads(stage.tables.beats[-1]["detail"])["topics"]["yiping.iot"]
    assert (topic["lag"], topic["position"]) == (3, 2)
    assert IOT not in stage.broker.commits


def test_a_process_that_died_before_it_could_hold_holds_when_it_begins(stage: Stage) -> None:
    stage.tables.counts["iot"] = (4, 3)
    stage.begin()
    stage.broker.publish(reading())
    stage.turn(4)
    assert stage.broker.held == {"iot"}
    assert stage.tables.items() == []


def test_what_a_person_passes_over_is_not_read_and_never_comes_again(stage: Stage) -> None:
    stage.tables.order["iot"] = Order(HELD, 1, 9, 0)
    stage.begin()
    stage.broker.publish(b"bad", b"bad", b"bad")
    stage.turn(4)
    stage.tables.order["iot"] = Order(RELEASED, 2, skip={"iot-1:0": 3, "iot-0:0": 9})
    stage.turn(10)
    assert stage.broker.commits == {IOT: 3}
    stage.broker.publish(reading())
    stage.turn(4)
    stage.begin()
    stage.turn(4)
    assert stage.tables.items() == [(3, 0)]


def test_a_burst_of_rejects_is_looked_at_at_once(stage: Stage) -> None:
    stage.turn()
    looks = stage.tables.looks
    stage.broker.publish(b"bad")
    stage.turn(2, seconds=0.4)
    stage.turn(2, seconds=0.01)
    assert stage.tables.looks == looks + 1


EIGHT_HOURS = 8 * 3600.0


@pytest.mark.parametrize("back", [5.0, EIGHT_HOURS])
def test_a_clock_that_is_set_back_holds_up_nothing(stage: Stage, back: float) -> None:
    """Local time was taken for UTC at the start: what waits for a moment of the old time waits no more."""
    stage.broker.publish(reading())
    stage.turn(2)
    stage.broker.publish(reading())
    stage.now -= back
    beats = len(stage.tables.beats)
    stage.turn(8)
    assert stage.tables.items() == [(0, 0), (1, 0)]
    assert len(stage.tables.beats) > beats


def test_a_clock_that_is_set_back_makes_no_pause_longer(stage: Stage) -> None:
    stage.broker.publish(reading())
    stage.turn()
    stage.tables.error = DatabaseUnavailable("gone")
    stage.turn(4)
    stage.tables.error = None
    stage.now -= EIGHT_HOURS
    stage.turn(20)
    assert stage.tables.items() == [(0, 0)]
    assert stage.pulse.state == "running"
