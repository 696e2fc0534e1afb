"""The table of outcomes in docs/devices.md, line by line: each example is sent, and comes out as the line says."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from streams.feed_mapping import Mapped
from streams.feed_tally import Tally
from streams.messages import parse
from streams.places import Places
from streams.rows import Rows
from tests.streams.test_device_file import PAPER
from tests.streams.test_outcomes import NOW, held
from tests.streams.test_places import DISTRICTS

PLAIN = {"device": "rain-001", "metric": "rain", "lat": 36.5, "lon": 101.5}


class Line(NamedTuple):
    what: str
    example: dict[str, Any]
    outcome: str
    reason: str
    stored: dict[str, Any]


def lines() -> list[Line]:
    table = PAPER.partition("| what | example |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = ([cell.strip().strip("`") for cell in row.split("|")[1:-1]] for row in table)
    return [Line(what, json.loads(sent), out, why, json.loads(kept or "{}")) for what, sent, out, why, kept in rows]


def payload(line: Line) -> bytes:
    return json.dumps(PLAIN | line.example).encode()


def test_the_table_is_read() -> None:
    assert len(lines()) == 12


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.what[:40])
def test_a_line_of_the_table_is_so(line: Line) -> None:
    rows = Rows(Places(9, DISTRICTS))
    rows.add("devices", parse("devices", payload(line), NOW), ("", NOW, "e", 0, 0))
    columns = rows.columns("rejects" if line.outcome == "reject" else "device_entries")
    assert columns.get("reason", [""]) == [line.reason]
    assert {field: columns[field][0] for field in line.stored} == {
        field: held(field, value) for field, value in line.stored.items()
    }


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.what[:40])
def test_only_what_is_flagged_or_rejected_is_told_so_before_it_is_sent(line: Line) -> None:
    tally = Tally()
    tally.judge("devices", Mapped(payload(line), 1), NOW, Places(9, DISTRICTS))
    assert (tally.flagged, tally.rejects) == (line.outcome == "flag", line.outcome == "reject")


def test_a_time_in_seconds_wins_over_an_older_one() -> None:
    """As milliseconds it would be of January 1970, and never count."""
    for told in (NOW // 1000, NOW, NOW * 1000, str(NOW)):
        (item,) = parse("devices", json.dumps(PLAIN | {"at": told}).encode(), NOW)
        assert abs(item.at - NOW) < 1000  # type: ignore[union-attr]
