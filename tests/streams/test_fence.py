"""The fence, and each of the ways around it that were thought of."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from streams import fences, ingest
from streams.clickhouse import DatabaseUnavailable
from streams.fence import Fence, key, structure
from tests.streams.members import Insert, Steps, Tables, World

LANES = (("epoch-1", 0), ("epoch-1", 1))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def quiet(*_: object, **__: object) -> None:
        """No line for each beginning."""

    monkeypatch.setattr(ingest, "log", SimpleNamespace(info=quiet, warning=quiet, debug=quiet))
    monkeypatch.setattr(ingest, "PATIENCE_S", 0)
    monkeypatch.setattr(ingest, "LEAVE_S", 0)
    monkeypatch.setattr(fences, "LOOK_S", 0)


def stopped_with_an_insert(guarded: bool = True) -> tuple[World, Insert]:
    """The first member read a message, sent its insert, and was stopped; the second is not there yet."""
    world = World(guarded=guarded)
    world.publish(0, 0)
    first = world.members[0]
    while not world.tables.inserts:
        world.turn(first)
    return world, world.tables.inserts[0]


def end(world: World) -> list[tuple[int, int, int]]:
    world.settle()
    return sorted(world.tables.rows)


def test_an_insert_that_is_read_after_the_lane_was_taken_over_is_refused() -> None:
    world, insert = stopped_with_an_insert()
    world.run(world.members[1])
    assert world.tables.rows == [(0, 0, 0)]
    world.tables.step(insert)
    assert not insert.running
    assert end(world) == [(0, 0, 0)]


def test_without_the_guard_it_would_be_stored_twice() -> None:
    world, _ = stopped_with_an_insert(guarded=False)
    world.run(world.members[1])
    assert end(world) == [(0, 0, 0), (0, 0, 0)]


def test_an_insert_that_runs_when_the_lane_is_taken_over_is_waited_for_and_seen() -> None:
    world, insert = stopped_with_an_insert()
    world.tables.step(insert)
    assert insert.running
    world.run(world.members[1])
    assert insert not in world.tables.inserts
    assert end(world) == [(0, 0, 0)]


def test_a_batch_of_two_tables_is_refused_at_each_of_them() -> None:
    """Its first table was stored, its sender killed, the lane taken over: the second comes too late."""
    world = World()
    world.publish(2, 0)
    first = world.members[0]
    while not world.tables.inserts:
        world.turn(first)
    (insert,) = world.tables.inserts
    for _ in range(3):
        world.tables.step(insert)
    assert sorted(world.tables.rows) == [(0, 0, 0), (0, 0, 2)]
    assert not insert.running
    world.kill(0)
    world.run(world.members[1])
    world.tables.step(insert)
    assert end(world) == [(0, 0, 0), (0, 0, 1), (0, 0, 2)]


def test_who_was_refused_joins_anew_and_goes_on() -> None:
    world, _ = stopped_with_an_insert()
    world.run(world.members[1])
    world.publish(0, 0)
    world.publish(1, 1)
    assert end(world) == [(0, 0, 0), (0, 1, 0), (1, 0, 0)]
    assert len(world.broker.roster) == 2


def test_rows_of_a_fence_that_come_late_shut_out_nobody_for_good() -> None:
    """The answer was lost, the sender died, and the server reads them when the lane has a newer owner."""
    world = World()
    world.publish(0, 0)
    world.turn(world.members[0])
    world.tables.fences += [(99, key(lane), "late") for lane in LANES]
    assert end(world) == [(0, 0, 0)]


def test_of_two_that_open_at_the_same_moment_none_believes_to_be_alone() -> None:
    tables = Tables()

    def rival() -> None:
        tables.pause = lambda: None
        tables.fences.append((1, key(LANES[1]), "rival"))

    tables.pause = rival
    fence = Steps(tables, object).open(LANES)
    assert fence.number == 2
    assert tables.tokens(fence.number, fence.keys) == {fence.token}


def test_who_never_gets_alone_says_that_the_database_is_not_to_be_had() -> None:
    tables = Tables()
    tables.pause = lambda: tables.fences.append((len(tables.fences) + 100, key(LANES[0]), "rival"))
    with pytest.raises(DatabaseUnavailable, match="again and again"):
        Steps(tables, object).open(LANES)


def test_an_insert_that_never_ends_keeps_the_lane_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = Tables()
    insert = Insert(Fence(1, "a", LANES), None, [[]], running=True)
    tables.inserts.append(insert)
    monkeypatch.setattr(tables, "step", lambda _: None)
    monkeypatch.setattr(fences, "OLDER_S", 0.01)
    with pytest.raises(DatabaseUnavailable, match="former owner"):
        Steps(tables, object).open(LANES)


def test_a_rebalance_while_an_insert_is_awaited_commits_nothing() -> None:
    world, _ = stopped_with_an_insert()
    world.broker.expire(world.members[0].inlet)
    world.broker.join(world.members[1].inlet)
    world.turn(world.members[0])
    assert world.broker.commits == {}
    assert end(world) == [(0, 0, 0)]
    assert world.broker.commits[next(iter(world.broker.log))] == 1


def test_a_database_that_lost_the_fences_refuses_everybody_until_they_open_anew() -> None:
    world, insert = stopped_with_an_insert()
    world.tables.fences.clear()
    world.tables.step(insert)
    assert not insert.running
    assert end(world) == [(0, 0, 0)]


def test_what_stands_in_a_statement_is_digits() -> None:
    fence = Fence(7, "ab12", LANES)
    assert fence.words() == {"number": "7", "token": "ab12", "lanes": f"{fence.keys[0]}, {fence.keys[1]}"}
    assert all(0 <= one < 2**64 for one in fence.keys)
    assert len(set(fence.keys)) == 2


def test_types_with_quotes() -> None:
    types = {"at": "DateTime64(3, 'UTC')", "e": "Enum8('a\\'b' = 1)"}
    assert structure(types, ["at"]) == "`at` DateTime64(3, \\'UTC\\')"
    assert structure(types, ["e"]) == "`e` Enum8(\\'a\\\\\\'b\\' = 1)"
