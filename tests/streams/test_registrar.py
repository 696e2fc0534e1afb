"""Following the database's registry: cheap when nothing is new, complete when something is, never in ingest's way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from streams import registrar
from streams.clickhouse import Answer, DatabaseUnavailable, Question
from streams.places import Places
from streams.registrar import Registrar
from streams.registry import Registry
from tests.streams.test_places import DISTRICTS

NAMES = ("device", "at", "state", "lat", "lon", "cell", "district", "metrics", "units")
CSV = "device,metric,lat,lon\nrain-1,rain,36.5,101.5\n"


class Table:
    """device_entries as rows of NAMES and `received`, epoch ms."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.pages: list[int] = []  # since_ms of each page asked for
        self.down = False

    def add(self, device: str, received: int = 0, lat: float = 36.5, state: str = "active") -> None:
        self.rows.append((device, received, state, lat, 101.5, 7, "630102", ["rain"], ["mm"], received))

    def ask(self, question: Question, **params: Any) -> Answer:
        if self.down:
            raise DatabaseUnavailable("gone")
        assert question.params.keys() == params.keys()
        return getattr(self, f"_{question.name}")(**params)  # type: ignore[no-any-return]

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> int:
        assert table == "device_entries"
        self.rows += zip(*(columns[name] for name in (*NAMES, "received")), strict=True)
        return len(columns["device"])

    def _device_count(self) -> Answer:
        return Answer(("entries",), ([len(self.rows)],))

    def _device_page(self, after: str, since_ms: int, most: int) -> Answer:
        self.pages.append(since_ms)
        found = sorted(row for row in self.rows if row[0] > after and row[9] >= since_ms)
        last = found[most - 1][0] if len(found) >= most else ""
        page = found[:most] + [row for row in found[most:] if row[0] == last]
        return Answer(NAMES, tuple([row[number] for row in page] for number in range(len(NAMES))))

    def _device_file_rows(self, file: str) -> Answer:
        return Answer(("device", "said", "latest"), ([], [], []))


class Stage:
    def __init__(self, folder: Path) -> None:
        self.table, self.registry, self.now = Table(), Registry(), 1_000.0
        self.file = folder / "devices.csv"
        self.follower = Registrar(self.table, self.registry, Places(9, DISTRICTS), self.file, clock=lambda: self.now)

    def lat(self, device: str) -> float:
        post = self.registry.post(device)
        return post.lat if post else math.nan


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_an_empty_or_unchanged_table_is_not_read(stage: Stage) -> None:
    stage.follower.attempt()
    assert stage.table.pages == []
    stage.table.add("a")
    stage.follower.attempt()
    stage.follower.attempt()
    assert len(stage.table.pages) == 1
    assert stage.lat("a") == 36.5


def test_all_pages_are_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrar, "PAGE", 3)
    for number in range(8):
        stage.table.add(f"d{number // 2}")
    stage.follower.attempt()
    assert len(stage.registry) == 4
    assert len(stage.table.pages) == 3


def test_what_is_new_is_learnt_from_a_little_before(stage: Stage) -> None:
    stage.table.add("a", 990_000)
    stage.follower.attempt()
    stage.now = 1_010.0
    stage.table.add("a", 1_005_000, lat=36.6)
    stage.follower.attempt()
    assert stage.lat("a") == 36.6
    assert stage.table.pages == [0, 1_000_000 - registrar.OVERLAP_MS]


def test_all_is_read_again_after_a_while_and_when_rows_are_gone(stage: Stage) -> None:
    stage.table.add("a")
    stage.follower.attempt()
    stage.now += registrar.WHOLE_S + 1
    stage.table.add("b")
    stage.follower.attempt()
    stage.table.rows.pop(0)
    stage.follower.attempt()
    assert stage.table.pages == [0, 0, 0]


def test_a_clock_that_was_set_back_hides_nothing_new(stage: Stage) -> None:
    stage.now = 30_000.0
    stage.table.add("a", 29_990_000)
    stage.follower.attempt()
    stage.now = 1_200.0
    stage.table.add("b", 1_190_000)
    stage.follower.attempt()
    assert stage.lat("b") == 36.5


def test_without_a_database_what_is_known_stays(stage: Stage) -> None:
    stage.table.add("a")
    stage.follower.attempt()
    stage.table.down = True
    stage.table.add("b", 1_000_000)
    stage.follower.attempt()
    assert stage.lat("a") == 36.5
    stage.table.down = False
    stage.follower.attempt()
    assert stage.lat("b") == 36.5


def test_the_file_is_brought_in_once_and_again_when_it_changes(stage: Stage) -> None:
    stage.file.write_text(CSV, "utf-8")
    stage.follower.attempt()
    stage.follower.attempt()
    assert len(stage.table.rows) == 1
    assert stage.lat("rain-1") == 36.5
    stage.now += 10
    stage.file.write_text(CSV.replace("36.5", "36.75"), "utf-8")
    stage.follower.attempt()
    assert stage.lat("rain-1") == 36.75


def test_a_wrong_file_is_not_used_and_stops_nothing(stage: Stage) -> None:
    stage.table.add("a")
    stage.file.write_text(CSV + "rain-2,rain,north,101\n", "utf-8")
    stage.follower.attempt()
    assert len(stage.table.rows) == 1
    assert stage.lat("a") == 36.5
    assert "devices.csv, line 3, column lat: 'north' is no number" in stage.follower.wrong["devices.csv"]
    stage.file.write_text(CSV, "utf-8")
    stage.follower.attempt()
    assert stage.follower.wrong == {}


def test_a_wrong_file_that_is_taken_away_is_wrong_no_more(stage: Stage) -> None:
    stage.file.write_text("name\n", "utf-8")
    stage.follower.attempt()
    assert list(stage.follower.wrong) == ["devices.csv"]
    stage.file.unlink()
    stage.follower.attempt()
    assert stage.follower.wrong == {}


def test_the_first_mistakes_are_told_and_how_many_more() -> None:
    assert registrar.brief(ValueError("a\nb\nc")) == "a\nb\nc"
    assert registrar.brief(ValueError("a\nb\nc\nd\ne")) == "a\nb\nc\nand 2 more: yiping devices check"


def test_a_file_waits_for_the_database(stage: Stage) -> None:
    stage.file.write_text(CSV, "utf-8")
    stage.table.down = True
    stage.follower.attempt()
    stage.table.down = False
    stage.follower.attempt()
    assert stage.lat("rain-1") == 36.5


def test_it_follows_until_it_is_told_to_stop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrar, "EVERY_S", 0.01)
    stage.table.add("a")
    stop = Event()
    thread = stage.follower.start(stop)
    assert stage.follower.tried.wait(5)
    assert stage.lat("a") == 36.5
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
