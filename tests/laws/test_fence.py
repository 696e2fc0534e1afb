"""Two members of the group, stopped, killed and cut off at any moment: every item is stored, and once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import batch, fences, ingest
from tests.streams.members import World

PUBLISHED = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=12)
MOVES = st.lists(st.integers(0, 199), max_size=150)


def quiet(*_: object, **__: object) -> None:
    """No line for each of thousands of beginnings."""


@pytest.fixture(autouse=True, scope="module")
def at_once() -> Iterator[None]:
    """No real waiting, and batches of a few rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "log", SimpleNamespace(info=quiet, warning=quiet, debug=quiet))
        patch.setattr(ingest, "PATIENCE_S", 0)
        patch.setattr(ingest, "LEAVE_S", 0)
        patch.setattr(fences, "LOOK_S", 0)
        patch.setattr(batch, "MOST_ROWS", 5)
        yield


def lived(published: list[tuple[int, int]], moves: list[int], guarded: bool = True) -> World:
    world = World(moves, guarded)
    for number, (kind, partition) in enumerate(published):
        world.publish(kind, partition)
        world.turn(world.members[number % 2])
    world.settle()
    return world


@settings(max_examples=300, deadline=None)
@given(PUBLISHED, MOVES)
def test_each_item_is_stored_once(published: list[tuple[int, int]], moves: list[int]) -> None:
    world = lived(published, moves)
    assert sorted(world.tables.rows) == sorted(world.published)


@settings(max_examples=200, deadline=None)
@given(PUBLISHED, MOVES)
def test_a_commit_never_says_more_than_is_stored(published: list[tuple[int, int]], moves: list[int]) -> None:
    world = World(moves)
    for number, (kind, partition) in enumerate(published):
        world.publish(kind, partition)
        world.turn(world.members[number % 2])
        stored = set(world.tables.rows)
        for lane, end in world.broker.commits.items():
            before = {row for row in world.published if row[0] == lane.partition and row[1] < end}
            assert before <= stored
