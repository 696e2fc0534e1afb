"""The table of docs/messages.md, line by line: each example is sent, and comes out as the line says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from config.keep import Keep
from streams.ages import AS_PARSED, ages, young
from streams.messages import BIGGEST, KEPT_OF_BIG, Stream, parse
from streams.parse_fields import DAY, UNUSABLE
from streams.places import Places
from streams.rows import TABLE_OF, Rows
from tests.streams.test_messages import CAP
from tests.streams.test_places import DISTRICTS, square

NOW = 1_795_289_624_749  # 2026-11-21T19:33:44.749Z
PAPER = (Path(__file__).parents[2] / "docs" / "messages.md").read_text("utf-8")
PLAIN: Mapping[str, dict[str, Any]] = {
    "iot": {"device": "rain-001", "metric": "rain", "value": 1.5},
    "cases": {"case": "c-1", "stage": "reported"},
    "events": {"event": "e-1", "kind": "fire", "title": "火情", "status": "active", "source": "119"},
}
AROUND = {"at": "2026-11-21T19:33:00Z", "lat": 36.5, "lon": 101.5}
WEST = {"type": "FeatureCollection", "features": [square(650102, 87.0)]}


class Line(NamedTuple):
    what: str
    stream: Stream
    example: str
    outcome: str
    mark: str
    stored: str


def lines() -> list[Line]:
    table = PAPER.partition("| what | topic |")[2].partition("\n## ")[0].splitlines()[2:]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in table if row]
    return [Line(*row) for row in cells if row[1]]  # type: ignore[arg-type]


def plain(stream: str, change: Mapping[str, Any]) -> dict[str, Any]:
    return PLAIN[stream] | AROUND | dict(change)


def sent(change: Mapping[str, Any]) -> bytes:
    return json.dumps(plain("iot", change), ensure_ascii=False).encode()


def cap(*changes: tuple[str, str]) -> bytes:
    text = CAP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


GAUGE = json.dumps(plain("iot", {"device": "雨量站"}), ensure_ascii=False)
BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><alert'
SPECIAL: Mapping[str, Callable[[], Sequence[bytes]]] = {
    "no bytes": lambda: [b""],
    "a megabyte and a byte": lambda: [b" " * (BIGGEST + 1)],
    "a byte order mark": lambda: [b"\xef\xbb\xbf" + sent({})],
    "a column after a byte order mark": lambda: [sent({}).replace(b'"device"', b'"\xef\xbb\xbfdevice"')],
    "GBK": lambda: [GAUGE.encode("gbk")],
    "UTF-8 with a byte too few": lambda: [GAUGE.encode().replace("站".encode(), "站".encode()[:2])],
    "bytes in a field nobody knows": lambda: [sent({"note": "?"}).replace(b"?", b"\xff\xb1")],
    "half an object": lambda: [b'{"device":'],
    "a list": lambda: [b"[1,2]"],
    "a long name": lambda: [sent({"device": "x" * 257})],
    "twice": lambda: [sent({})] * 2,
    "in falling order": lambda: [sent({"at": NOW - minute * 60_000}) for minute in range(3)],
    "kept for 30 days, 31 days old": lambda: [sent({"at": NOW - 31 * DAY})],
    "in a western city": lambda: [sent({"lat": 87.6, "lon": 36.8})],
    "CAP in two languages": lambda: [cap()],
    "CAP that cancels": lambda: [
        cap(
            (">cap-1<", ">cap-2<"),
            (">Alert<", ">Cancel<"),
            ("</scope>", "</scope><references>q,cap-1,2026-11-22T03:30:00+08:00</references>"),
        )
    ],
    "CAP with two ends": lambda: [
        cap(
            ("</certainty></info>", "</certainty><expires>2026-11-22T07:00:00+08:00</expires></info>"),
            ("</certainty><headline>", "</certainty><expires>2026-11-22T09:15:00+08:00</expires><headline>"),
        )
    ],
    "CAP of an exercise": lambda: [cap((">Actual<", ">Exercise<"))],
    "CAP in GBK": lambda: [cap(('<?xml version="1.0" encoding="UTF-8"?>', "")).decode().encode("gbk")],
    "CAP the other way round": lambda: [
        cap(
            (
                "36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.8",
                "101.8,36.5 101.8,36.6 101.9,36.6 101.8,36.5",
            )
        )
    ],
    "CAP 1.1": lambda: [cap(("cap:1.2", "cap:1.1"))],
    "CAP with a bomb": lambda: [cap(("<alert", BOMB))],
}


def payloads(line: Line) -> Sequence[bytes]:
    if line.example in SPECIAL:
        return SPECIAL[line.example]()
    change = json.loads(line.example.strip("`"))
    whole = {"readings", "yiping_unmapped"} & change.keys()
    text = json.dumps(change if whole else plain(line.stream, change))
    return [text.encode()]


def received(line: Line) -> list[dict[str, Any]]:
    """The rows that the messages of a line leave, with the name of their table."""
    places = Places(9, WEST if line.example == "in a western city" else DISTRICTS)
    rows = Rows(places)
    limits = ages(Keep(readings=30)) if line.example.startswith("kept for 30 days") else AS_PARSED
    for offset, payload in enumerate(payloads(line)):
        items = young(parse(line.stream, payload, NOW), line.stream, NOW, limits, payload)
        rows.add(line.stream, items, ("", NOW, "e", 0, offset))
    found = []
    for table in (TABLE_OF[line.stream], "rejects"):
        columns = rows.columns(table)
        found += [dict(zip(columns, row, strict=True), table=table) for row in zip(*columns.values(), strict=True)]
    return found


def outcome(row: Mapping[str, Any]) -> tuple[str, str]:
    """What happened, and its mark or reason."""
    if row["table"] == "rejects":
        return "reject", row["reason"]
    if row["table"] != "readings":
        return ("mend" if row["marks"] else "accept"), row["marks"]
    quality = row["quality"]
    return ("flag" if quality in UNUSABLE else "mend" if quality not in ("", "Ice") else "accept"), quality


def held(field: str, value: Any) -> Any:
    """As a column gives it back: readings keep coordinates in 32 bits."""
    return pytest.approx(value, rel=1e-7) if field in ("lat", "lon") else value


@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line.what[:50]}")
def test_a_line_of_the_table_is_so(line: Line) -> None:
    rows = received(line)
    assert len(rows) == len(payloads(line))
    stored = json.loads(line.stored.strip("`") or "{}")
    for row in rows:
        assert outcome(row) == (line.outcome, line.mark)
        assert {field: row[field] for field in stored} == {field: held(field, stored[field]) for field in stored}


def test_the_table_has_every_example_and_no_other() -> None:
    """A line lost, or read wrongly, would be a test lost."""
    examples = [line.example for line in lines() if not line.example.startswith("`")]
    assert sorted(examples) == sorted(SPECIAL)
    assert len(lines()) > 70


def test_of_a_message_that_is_too_big_as_much_is_kept_as_the_papers_say() -> None:
    (row,) = received(next(line for line in lines() if line.mark == "too_big"))
    assert len(row["raw"]) == KEPT_OF_BIG
    for paper in ("README.md", "docs/messages.md", "docs/exactly-once.md"):
        assert f"first {KEPT_OF_BIG:,}" in (Path(__file__).parents[2] / paper).read_text("utf-8")


def test_coordinates_of_other_datums_are_where_they_belong() -> None:
    for line in (line for line in lines() if line.mark == "datum"):
        (row,) = received(line)
        assert row["lat"] == pytest.approx(36.5, abs=0.0005)
        assert row["lon"] == pytest.approx(101.5, abs=0.0005)
