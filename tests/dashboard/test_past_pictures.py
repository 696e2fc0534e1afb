"""Pictures of past moments: one for all who look at the same, none for nobody, and no more than can be made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from dashboard.past.pictures import CrowdedError, Pictures
from dashboard.state import Moment

AT = datetime(2026, 11, 20, 6, 35, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Maker:
    """Makes moments; waits in each until it is let go, or nobody waits for it any more."""

    def __init__(self, *, waits: bool = False) -> None:
        self.made: list[datetime] = []
        self.begun, self.free = Event(), Event()
        self.given_up = 0
        if not waits:
            self.free.set()

    def __call__(self, at: datetime, gone: Callable[[], bool]) -> Moment:
        self.begun.set()
        while not self.free.wait(0.01):
            if gone():
                self.given_up += 1
                raise RuntimeError("nobody waits")
        self.made.append(at)
        return Moment(at)


async def begun(maker: Maker) -> None:
    assert await asyncio.to_thread(maker.begun.wait, 20)


def test_all_who_look_at_a_moment_get_one_picture() -> None:
    async def look() -> list[Moment]:
        maker = Maker(waits=True)
        pictures = Pictures(maker)
        tasks = [asyncio.create_task(pictures.at(AT)) for _ in range(5)]
        await begun(maker)
        maker.free.set()
        found = [await task for task in tasks]
        assert (await pictures.at(AT)) is found[0], "it is kept"
        assert maker.made == [AT]
        return found

    assert len({id(one) for one in asyncio.run(look())}) == 1


def test_a_picture_that_may_still_change_is_not_kept() -> None:
    async def look() -> None:
        maker = Maker()
        pictures = Pictures(maker)
        await pictures.at(AT, keep=False)
        await pictures.at(AT)
        assert maker.made == [AT, AT]

    asyncio.run(look())


def test_a_picture_that_nobody_waits_for_is_given_up() -> None:
    async def look() -> None:
        maker = Maker(waits=True)
        pictures = Pictures(maker)
        leaving, staying = (asyncio.create_task(pictures.at(AT)) for _ in range(2))
        await begun(maker)
        leaving.cancel()
        await asyncio.wait({leaving})
        assert not maker.given_up, "somebody still waits"
        waiting = asyncio.create_task(pictures.at(AT + SECOND))
        await asyncio.sleep(0)
        for task in (staying, waiting):
            task.cancel()
        await asyncio.wait({staying, waiting})
        maker.free.clear()
        again = asyncio.create_task(pictures.at(AT))
        await asyncio.sleep(0)
        maker.free.set()
        assert (await again).at == AT
        assert maker.given_up <= 1
        assert AT + SECOND not in maker.made, "never begun"

    asyncio.run(look())


def test_no_more_moments_wait_than_can_be_made() -> None:
    async def look() -> None:
        maker = Maker(waits=True)
        pictures = Pictures(maker, most_wanted=2)
        tasks = [asyncio.create_task(pictures.at(AT + SECOND * n)) for n in range(2)]
        await begun(maker)
        with pytest.raises(CrowdedError):
            await pictures.at(AT + SECOND * 9)
        maker.free.set()
        assert [moment.at for moment in await asyncio.gather(*tasks)] == [AT, AT + SECOND]
        assert (await pictures.at(AT + SECOND * 9)).at == AT + SECOND * 9

    asyncio.run(look())


def test_what_fails_is_told_to_all_who_wait_and_tried_again() -> None:
    fails = [True]

    def make(at: datetime, _gone: Callable[[], bool]) -> Moment:
        if fails:
            fails.pop()
            raise ConnectionError("gone")
        return Moment(at)

    async def look() -> None:
        pictures = Pictures(make)
        with pytest.raises(ConnectionError):
            await pictures.at(AT)
        assert (await pictures.at(AT)).at == AT

    asyncio.run(look())
