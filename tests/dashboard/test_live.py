"""The push: full at first, then changes, a heartbeat when nothing happens, and the end when the server stops."""

import asyncio
import json
from datetime import UTC, datetime

from dashboard.frames import encode
from dashboard.live import Easel, stream
from dashboard.state import CityState, Moment

NOW = datetime(2026, 7, 21, 8, 0, tzinfo=UTC)


def state_of(pictures):
    left = iter(pictures)
    return CityState(lambda _now: (next(left), (), None), now=lambda: NOW)


def draw(moment):
    return encode({"a": {"children": moment.snapshot}, "b": {"children": "same"}})


def read(sent):
    return json.loads(sent.removeprefix(b"data: "))


async def messages(state, count, heartbeat=5.0, frame=draw):
    found = []
    events = stream(state, frame, "boot", heartbeat)
    assert await anext(events) == b"retry: 1000\n\n"
    for _ in range(count):
        found.append(read(await anext(events)))
        if len(found) < count:
            state.step()
    await events.aclose()
    return found


def test_all_at_first_then_what_changed():
    state = state_of(["one", "two", "two"])
    state.step()
    first, second, third = asyncio.run(messages(state, 3))
    assert first["props"] == {"a": {"children": "one"}, "b": {"children": "same"}}
    assert second["props"] == {"a": {"children": "two"}}
    assert "props" not in third
    assert {message["boot"] for message in (first, second, third)} == {"boot"}


def test_a_heartbeat_comes_when_nothing_happens():
    state = state_of(["one"])
    state.step()

    async def beat():
        events = stream(state, draw, "boot", 0.02)
        return [await anext(events) for _ in range(3)]

    assert "props" not in read(asyncio.run(beat())[2])


def test_a_screen_that_cannot_be_drawn_still_beats():
    def broken(_moment):
        raise ValueError("no")

    state = state_of(["one"])
    state.step()
    assert asyncio.run(messages(state, 1, frame=broken)) == [{"at": 1784620800000, "boot": "boot"}]


def test_the_stream_ends_when_the_state_stops():
    state = state_of(["one"])
    state.step()

    async def all_of_it():
        found = []
        async for sent in stream(state, draw, "boot", 5.0):
            found.append(sent)
            if len(found) == 2:
                state.stop()
        return found

    assert len(asyncio.run(all_of_it())) == 2


def test_a_moment_is_drawn_once_for_all_screens_alike():
    drawn = []

    def count(moment, language, scene):
        drawn.append((moment.number, language, scene))
        return {"a": {"children": language}}

    easel = Easel(count)
    for number in (1, 1, 2):
        easel.frame(Moment(NOW, number=number), "zh-CN", "")
        easel.frame(Moment(NOW, number=number), "en", "")
    assert drawn == [(1, "zh-CN", ""), (1, "en", ""), (2, "zh-CN", ""), (2, "en", "")]
