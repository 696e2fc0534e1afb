"""Cycles go when they are swept, in a process that spares the collector, and only there."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from streams.heap import spare_the_collector, sweep


class Cycle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    gc.disable()
    yield
    gc.enable()
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("thresholds")
def test_cycles_are_swept_where_the_collector_is_spared() -> None:
    first = weakref.ref(Cycle())
    sweep()
    assert first() is not None
    spare_the_collector()
    second = weakref.ref(Cycle())
    assert second() is not None
    sweep()
    assert second() is None
