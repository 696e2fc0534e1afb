"""The bell: whoever listens is woken, nobody else is disturbed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from streams.bell import Ear, ring


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    with closing(Ear(tmp_path, "screens")) as found:
        if found.deaf:
            pytest.skip("this system has no abstract sockets")
        yield found


def test_a_ring_is_heard_once(ear: Ear, tmp_path: Path) -> None:
    ring(tmp_path, "screens")
    ring(tmp_path, "screens")
    assert ear.wait(10)
    assert not ear.wait(0.01)


def test_a_ring_wakes_who_waits(ear: Ear, tmp_path: Path) -> None:
    began = time.monotonic()
    threading.Timer(0.05, ring, (tmp_path, "screens")).start()
    assert ear.wait(30)
    assert time.monotonic() - began < 15


def test_a_ring_is_for_one_program_and_one_part(ear: Ear, tmp_path: Path) -> None:
    ring(tmp_path, "others")
    ring(tmp_path / "elsewhere", "screens")
    assert not ear.wait(0.01)


def test_nobody_listens_and_nothing_fails(tmp_path: Path) -> None:
    ring(tmp_path, "screens")


def test_a_thousand_rings_that_nobody_takes_block_nobody(ear: Ear, tmp_path: Path) -> None:
    for _ in range(1000):
        ring(tmp_path, "screens")
    assert ear.wait(10)
    assert not ear.wait(0.01)


def test_the_second_who_listens_is_deaf(ear: Ear, tmp_path: Path) -> None:
    with closing(Ear(tmp_path, "screens")) as second:
        assert second.deaf
        ring(tmp_path, "screens")
        assert not second.wait(0.01)
    assert ear.wait(10)


def test_who_listened_before_leaves_the_place(tmp_path: Path) -> None:
    Ear(tmp_path, "screens").close()
    with closing(Ear(tmp_path, "screens")) as second:
        ring(tmp_path, "screens")
        assert second.deaf or second.wait(10)
