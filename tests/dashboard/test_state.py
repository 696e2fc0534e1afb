"""The state of the city: one thread, never two pictures at once, the last good one kept."""

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta

from dashboard.state import CityState

NOW = datetime(2026, 7, 21, 8, 0, tzinfo=UTC)


def test_a_good_picture_becomes_the_moment():
    state = CityState(lambda _now: ("snapshot", ("alert",), NOW), now=lambda: NOW)
    moment = state.step()
    assert (moment.at, moment.snapshot, moment.alerts, moment.error, moment.number) == (
        NOW,
        "snapshot",
        ("alert",),
        None,
        1,
    )


def test_a_failed_picture_keeps_the_last_good_one_and_says_why():
    answers = iter([("good", (), None), OSError("gone")])

    def take(_now):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    state = CityState(take, now=lambda: NOW)
    state.step()
    moment = state.step()
    assert moment.snapshot == "good"
    assert moment.error == "OSError: gone"
    assert moment.number == 2


def test_the_error_goes_when_the_database_is_back():
    fail = [True]

    def take(_now):
        if fail[0]:
            raise OSError("gone")
        return "good", (), None

    state = CityState(take, now=lambda: NOW)
    assert state.step().error
    fail[0] = False
    assert state.step().error is None


def test_after_a_failure_the_database_is_called_before_it_is_asked():
    """A question to one that hangs waits long: when it is answered at last, its picture is as old as the wait."""
    clock, asked, there = [NOW], [], [False]

    def take(now):
        asked.append(now)
        if not there[0]:
            raise OSError("gone")
        return "good", (), None

    def reach():
        clock[0] += timedelta(seconds=2)
        if not there[0]:
            raise OSError("still gone")

    state = CityState(take, now=lambda: clock[0], reach=reach)
    state.step()
    assert state.step().error == "OSError: still gone"
    assert asked == [NOW]
    there[0] = True
    assert state.step().error is None
    assert asked[1:] == [clock[0]], "the picture is of after the call"
    state.step()
    assert clock[0] == NOW + timedelta(seconds=4), "while it answers nobody calls first"


def test_two_pictures_are_never_taken_at_once():
    running, most, asked = [0], [0], threading.Event()
    over = threading.Event()

    def take(_now):
        running[0] += 1
        most[0] = max(most[0], running[0])
        asked.clear()
        assert over.is_set() or asked.wait(60), "nobody asked for one while this is taken"
        running[0] -= 1
        return "picture", (), None

    state = CityState(take, every=0.001)
    state.start()

    def asked_again():
        state.refresh()
        asked.set()
        return state.moment.number >= 5

    wait_for(asked_again)
    over.set()
    asked.set()
    state.stop()
    assert most[0] == 1
    assert state.moment.error is None


def test_refresh_does_not_wait_for_the_next_second():
    state = CityState(lambda _now: ("picture", (), None), every=60)
    state.start()
    wait_for(lambda: state.moment.number == 1)
    state.refresh()
    wait_for(lambda: state.moment.number == 2)
    state.stop()


def test_a_screen_that_waits_gets_the_next_moment():
    state = CityState(lambda _now: ("picture", (), None), now=lambda: NOW)

    async def look():
        threading.Timer(0.05, state.step).start()
        return await state.after(0, timeout=60)

    assert asyncio.run(look()).number == 1


def test_a_screen_waits_no_longer_than_its_heartbeat():
    state = CityState(lambda _now: ("picture", (), None), now=lambda: NOW)
    start = time.monotonic()
    assert asyncio.run(state.after(0, timeout=0.05)).number == 0
    assert time.monotonic() - start < 30, "without the heartbeat it would wait for ever"


def test_stop_ends_every_wait():
    state = CityState(lambda _now: ("picture", (), None), every=60)

    async def look():
        threading.Timer(0.05, state.stop).start()
        await state.after(99, timeout=30)

    start = time.monotonic()
    asyncio.run(look())
    assert time.monotonic() - start < 10


def wait_for(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_a_question_that_hangs_gives_the_old_picture_at_its_true_age():
    clock = [NOW]
    state = CityState(lambda _now: ("picture", (), NOW), now=lambda: clock[0])
    state.step()
    clock[0] = NOW + timedelta(seconds=15)
    assert asyncio.run(state.after(1, timeout=0.01)).number == 1
    clock[0] = NOW + timedelta(seconds=16)
    asyncio.run(state.after(1, timeout=0.01))
    assert (state.moment.number, state.moment.at, state.moment.snapshot) == (2, clock[0], "picture")
    assert state.moment.watched == NOW


def test_the_old_picture_is_not_shown_again_when_a_new_one_comes_at_that_moment():
    """Who owns up that the picture is old is on another thread than who makes the new one."""
    pictures, late = iter("ab"), NOW + timedelta(minutes=1)
    state = CityState(lambda _now: (next(pictures), (), None), now=lambda: NOW)
    state.step()

    def comes() -> datetime:
        state.now = lambda: late
        state.step()
        return late

    state.now = comes
    asyncio.run(state.after(state.moment.number, 0.01))
    assert state.moment.snapshot == "b"
