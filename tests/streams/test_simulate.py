from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import Settings
from streams import simulate
from streams.kafka import BrokerUnavailable
from streams.messages import parse
from streams.records import Reading
from streams.simulate import Filling, Post, Progress, Teller, begin, load_progress, save_progress
from streams.world.city import LIVE_GAP_MS
from streams.world.devices import MINUTE_MS
from streams.world.weather import DAY_MS
from streams.world.wire import Message
from tests.streams.world.made import ANCHOR, HOUR_MS, xining

HELLO = Message("iot", b"{}")


@dataclass
class Ack:
    is_done: bool = True
    good: bool = True

    def succeeded(self) -> bool:
        return self.good


@dataclass
class Broker:
    """A producer that keeps what it is given; `lost` messages are never acknowledged, `away` times nobody is there."""

    lost: int = 0
    away: int = 0
    got: list[tuple[str, bytes, list[tuple[str, bytes]]]] = field(default_factory=list)
    connections: int = 0

    def connect(self) -> Broker:
        self.connections += 1
        if self.away:
            self.away -= 1
            raise BrokerUnavailable("nobody")
        return self

    def send(self, topic: str, value: bytes, *, headers: list[tuple[str, bytes]]) -> Ack:
        if self.lost:
            self.lost -= 1
            return Ack(good=False)
        self.got.append((topic, value, headers))
        return Ack()

    def close(self, timeout: float) -> None:
        pass


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate, "AGAIN_S", 0.01)


def _post(broker: Broker, stop: threading.Event | None = None) -> Post:
    return Post(Settings(), stop or threading.Event(), broker.connect)


def _teller(broker: Broker, state: Path, progress: Progress) -> Teller:
    return Teller(xining(), _post(broker), state, progress, DAY_MS)


def _readings(broker: Broker, now: int) -> Counter[tuple[str, str, int]]:
    found = [item for topic, value, _ in broker.got if topic == "yiping.iot" for item in parse("iot", value, now)]
    return Counter((one.device, one.metric, one.at) for one in found if isinstance(one, Reading))


def test_every_message_says_who_sent_it() -> None:
    broker = Broker()
    assert _post(broker).deliver([HELLO, Message("cases", b"1"), Message("events", b"2")])
    assert [topic for topic, _, _ in broker.got] == ["yiping.iot", "yiping.cases", "yiping.events"]
    assert {tuple(headers) for _, _, headers in broker.got} == {(("yiping-source", b"simulator"),)}


def test_it_tries_until_the_broker_is_there() -> None:
    broker = Broker(away=3)
    assert _post(broker).deliver([HELLO])
    assert broker.connections == 4


def test_only_what_was_not_acknowledged_is_sent_again() -> None:
    broker = Broker(lost=1)
    first, second = Message("iot", b"first"), Message("iot", b"second")
    assert _post(broker).deliver([first, second])
    assert [value for _, value, _ in broker.got] == [b"second", b"first"]
    assert broker.connections == 2


def test_a_stop_ends_the_waiting() -> None:
    stop = threading.Event()
    post = _post(Broker(away=1_000_000), stop)
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    assert not post.deliver([HELLO])
    assert time.monotonic() - began < 1


def test_a_stop_does_not_wait_long_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, broker = threading.Event(), Broker()
    monkeypatch.setattr(broker, "send", lambda *_, **__: Ack(is_done=False))
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    assert not _post(broker, stop).deliver([HELLO] * 50)
    assert time.monotonic() - began < 1.5


def test_a_first_start_fills_a_day_and_a_second_goes_on() -> None:
    fresh = begin(None, None, ANCHOR, DAY_MS)
    assert fresh == Progress(ANCHOR, ANCHOR, Filling(True, ANCHOR - DAY_MS, ANCHOR))
    assert begin(fresh, None, ANCHOR + 5_000, DAY_MS) == fresh
    assert begin(fresh, ANCHOR - HOUR_MS, ANCHOR + 5_000, DAY_MS).anchor == ANCHOR - HOUR_MS


def test_a_clock_that_was_set_back_counts() -> None:
    assert begin(Progress(ANCHOR, ANCHOR + HOUR_MS), None, ANCHOR, DAY_MS).published_until == ANCHOR


def test_progress_is_kept_and_read(tmp_path: Path) -> None:
    state = tmp_path / "simulate.json"
    for progress in (Progress(1, 2), Progress(1, 2, Filling(True, 3, 4, 5))):
        save_progress(state, progress)
        assert load_progress(state) == progress
    assert [path.name for path in tmp_path.iterdir()] == ["simulate.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"anchor": 1}', '{"anchor":1,"published_until":2,"filling":{"x":1}}'])
def test_a_broken_state_is_a_fresh_start(tmp_path: Path, text: str) -> None:
    state = tmp_path / "simulate.json"
    state.write_text(text)
    assert load_progress(state) is None
    assert load_progress(tmp_path / "none.json") is None


def test_the_backfill_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    state, broker = tmp_path / "simulate.json", Broker()
    first = _teller(broker, state, begin(None, None, ANCHOR, DAY_MS))
    for _ in range(4):
        assert first.turn(ANCHOR)
    found = load_progress(state)
    assert found is not None
    assert found.filling is not None
    assert found.filling.done == 4
    second = _teller(broker, state, begin(found, None, ANCHOR + MINUTE_MS, DAY_MS))
    while second.turn(ANCHOR + MINUTE_MS):
        pass
    assert second.progress == Progress(ANCHOR, ANCHOR + MINUTE_MS) == load_progress(state)
    readings = _readings(broker, ANCHOR + MINUTE_MS)
    assert len(readings) > 350_000
    assert max(readings.values()) == 1


def test_live_turns_tell_everything_once(tmp_path: Path) -> None:
    broker = Broker()
    teller = _teller(broker, tmp_path / "simulate.json", Progress(ANCHOR, ANCHOR))
    for now in (ANCHOR + 900, ANCHOR + 900, ANCHOR + 2_000, ANCHOR + 61_000):
        assert not teller.turn(now)
    expected = xining().live(ANCHOR, ANCHOR + 61_000)
    assert _readings(broker, ANCHOR + DAY_MS).total() == sum(
        len(parse("iot", one.value, ANCHOR + DAY_MS)) for one in expected if one.stream == "iot"
    )
    assert max(_readings(broker, ANCHOR + DAY_MS).values()) == 1


def test_after_a_long_pause_it_tells_sparsely(tmp_path: Path) -> None:
    broker = Broker()
    teller = _teller(broker, tmp_path / "simulate.json", Progress(ANCHOR, ANCHOR))
    now = ANCHOR + LIVE_GAP_MS + HOUR_MS
    assert teller.turn(now)
    while teller.turn(now):
        pass
    assert teller.progress == Progress(ANCHOR, now)
    assert 10_000 < len(_readings(broker, now)) < 40_000


def test_a_tick_that_cannot_be_told_is_told_later(tmp_path: Path) -> None:
    stop, broker = threading.Event(), Broker(away=1)
    stop.set()
    teller = Teller(xining(), _post(broker, stop), tmp_path / "simulate.json", Progress(ANCHOR, ANCHOR), DAY_MS)
    teller.turn(ANCHOR + 1_000)
    assert teller.progress.published_until == ANCHOR
