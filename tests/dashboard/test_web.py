"""The web process hears that the journal of alerts has news."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.state import CityState
from dashboard.web import hear
from streams.bell import SCREENS, Ear, ring

NOW = datetime(2026, 7, 21, 8, 0, tzinfo=UTC)


def test_news_of_the_journal_are_on_the_screens_before_the_second_is_over(tmp_path: Path) -> None:
    taken: list[datetime] = []
    state = CityState(lambda now: (taken.append(now), (), now), every=3600, now=lambda: NOW)  # type: ignore[arg-type, return-value, func-returns-value]
    stop = threading.Event()
    hearing = threading.Thread(target=hear, args=(tmp_path, state, stop))
    state.start()
    hearing.start()
    try:
        end = time.monotonic() + 60
        while len(taken) < 2 and hearing.is_alive() and time.monotonic() < end:
            ring(tmp_path, SCREENS)  # again and again: the first rings may come before anybody listens
            time.sleep(0.05)
        if not hearing.is_alive():
            pytest.skip("this system has no abstract sockets")
        assert len(taken) >= 2
    finally:
        stop.set()
        hearing.join(30)
        state.stop()
    assert not hearing.is_alive()


def test_who_cannot_listen_ends_and_leaves_the_seconds(tmp_path: Path) -> None:
    first = Ear(tmp_path, SCREENS)
    try:
        hear(tmp_path, CityState(lambda now: (None, (), now)), threading.Event())  # type: ignore[arg-type, return-value]
    finally:
        first.close()
