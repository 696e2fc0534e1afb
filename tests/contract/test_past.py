"""A back-test over what was stored tells what one over the same messages tells."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from alerts.alert import instant
from alerts.memory import Memory
from alerts.past import stored, stored_span
from alerts.replay import Replay, beats
from config.read import read_city
from dashboard.cli import app
from dashboard.past.picture import kept
from tests.alerts.made import MINUTE
from tests.alerts.test_rules import PLAIN, written
from tests.contract.city_part import Town, town
from tests.contract.history_part import MINUTES, RULES, cases, readings, store, usable

__all__ = ["town"]

pytestmark = pytest.mark.contract

PROFILE = read_city("xining")
START = 1_626_750_000_000
END = START + MINUTES * MINUTE


def test_what_was_stored_is_what_was_said(town: Town) -> None:
    chance = Random(11)
    said, moved = readings(chance, START), cases(chance, START)
    store(town.database, said, moved)
    assert stored_span(town.database, END) == (min(said["at"] + moved["at"]), max(said["at"] + moved["at"]))
    told = []
    for memory in (Memory(usable(said), moved), stored(town.database, RULES, START, END).memory()):
        replay = Replay(memory, PROFILE, RULES)
        told.append([one for now in beats(START, END, 2 * MINUTE) for one in replay.turn(now)])
        assert replay.failed == {}
    assert told[0] == told[1]
    assert len(told[0]) > 100


def test_only_what_the_rules_may_see_is_read(town: Town) -> None:
    hour = 60 * MINUTE
    town.read("level", "a", {START - 2 * hour: 1.0, START - 14 * MINUTE: 2.0, START: 3.0, START + hour: 4.0})
    town.read("other", "a", {START: 5.0})
    found = stored(town.database, RULES[:1], START, START + MINUTE)
    assert list(zip(found.readings["metric"], found.readings["value"], strict=True)) == [("level", 2.0), ("level", 3.0)]


def test_an_empty_database_holds_nothing(town: Town) -> None:
    assert stored_span(town.database, END) is None


def test_the_command_reads_the_database(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, PLAIN.replace("for: 90s", "for: 0s"))
    town.read("water_level", "g1", {START + n * MINUTE: value for n, value in enumerate([3.0, 4.5, 5.5, 3.0])})
    monkeypatch.setattr("dashboard.backtest.Database", lambda _url: _Kept(town))
    found = CliRunner().invoke(app, ["backtest", "--rules", str(path), "--database"])
    assert found.exit_code == 0, found.output
    assert [json.loads(line)["to"] for line in found.stdout.splitlines()] == ["yellow", "red", "clear"]


@pytest.mark.parametrize("imported", [False, True])
def test_since_when_readings_are_kept_is_when_the_first_arrived(town: Town, imported: bool) -> None:
    """Also where a history of years was imported later than the first came."""
    assert "readings" not in kept(town.database).since
    day = 1440 * MINUTE
    town.read("level", "late", {START + day: 1.0}, received=START + 50 * day)
    town.read("level", "ahead", {START + 20 * day: 1.0}, received=START + 20 * day - 59 * MINUTE)
    town.read("level", "a", {START + 30 * day: 1.0})
    if imported:
        town.read("level", "b", {START - 900 * day + n * 40 * day: 1.0 for n in range(20)}, received=START + 40 * day)
    assert kept(town.database).since["readings"] == instant(START + 20 * day - 59 * MINUTE)


class _Kept:
    """The town's database, which the command may not close."""

    def __init__(self, town: Town) -> None:
        self.ask = town.database.ask

    def close(self) -> None:
        """It is the fixture's."""
