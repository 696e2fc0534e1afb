"""What `publish` says before it sends is what ingest stores: each ready source's small file through the whole way."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.read import read_city, read_source
from config.settings import Settings
from streams import ingest
from streams.clickhouse import Database, Question
from streams.feed_tally import ONE_NAME, Tally
from streams.map_files import read_places
from streams.publish import Manner, publish_source
from tests.contract.blank_part import Blanks

pytestmark = [pytest.mark.contract, pytest.mark.timeout(170)]

SQL = Path(__file__).parent / "sql"
FEEDS = Path(__file__).parents[1] / "streams" / "feeds"
FILES = {
    "usgs-csv": "usgs.csv",
    "environment-agency": "environment-agency.csv",
    "sensorthings": "sensorthings.json",
    "open311": "open311.json",
    "hotline-12345": "hotline-12345.csv",
}


@pytest.fixture
def city(kafka_settings: Settings, blanks: Blanks) -> Iterator[tuple[Settings, Database]]:
    """A broker and a database with an ingest between them."""
    with blanks.one() as database:
        settings = replace(kafka_settings, clickhouse_url=blanks.address(database.name))
        stop = threading.Event()
        thread = threading.Thread(target=ingest.run, args=(settings, read_city("xining"), stop))
        thread.start()
        yield settings, database
        stop.set()
        thread.join(20)


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    return database.ask(Question.load(SQL, table)).rows()


def stored(database: Database, tables: tuple[str, ...], count: int) -> list[list[dict[str, Any]]]:
    """Rows of the tables, once there are so many in all."""
    until = time.monotonic() + 60
    while True:
        found = [rows(database, table) for table in tables]
        if sum(map(len, found)) >= count or time.monotonic() > until:
            return found
        time.sleep(0.2)


def sent(settings: Settings, names: tuple[str, ...]) -> list[Tally]:
    manner = Manner(where=read_places(read_city("xining")), shift_to=round(time.time() * 1000))
    return [
        publish_source(settings, str(FEEDS / FILES[name]), name, read_source("xining", name), manner).tally
        for name in names
    ]


def marks_of(found: list[dict[str, Any]], column: str) -> Counter[str]:
    every = (mark for row in found for mark in row[column].split(",") if mark)
    return Counter(ONE_NAME.get(mark.partition(":")[0], mark) if ":" in mark else mark for mark in every)


def test_readings_are_stored_as_was_said(city: tuple[Settings, Database]) -> None:
    tallies = sent(city[0], ("usgs-csv", "environment-agency", "sensorthings"))
    total = sum(tally.accepted + tally.mended + tally.flagged + tally.rejects for tally in tallies)
    readings, rejects = stored(city[1], ("readings", "rejects"), total)
    assert len(readings) == sum(tally.accepted + tally.mended + tally.flagged for tally in tallies) > 8
    assert Counter(row["reason"] for row in rejects) == sum((tally.rejected for tally in tallies), Counter())
    said = marks_of(readings, "quality")
    said.pop("estimated")  # the feed's own word, no mend
    assert said == sum((tally.marks for tally in tallies), Counter())
    assert {row["source"] for row in readings} == {"usgs-csv", "environment-agency", "sensorthings"}


def test_cases_are_stored_as_was_said(city: tuple[Settings, Database]) -> None:
    tallies = sent(city[0], ("open311", "hotline-12345"))
    total = sum(tally.accepted + tally.mended + tally.flagged + tally.rejects for tally in tallies)
    steps, rejects = stored(city[1], ("case_steps", "rejects"), total)
    assert len(steps) == sum(tally.accepted + tally.mended + tally.flagged for tally in tallies) > 10
    assert marks_of(steps, "marks") == sum((tally.marks for tally in tallies), Counter())
    assert {row["reason"] for row in rejects} == {"unmapped"}
    assert "hotline-12345, line 6: datum '地方坐标' is not in its map" in {row["detail"] for row in rejects}
