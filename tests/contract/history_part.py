"""An invented history with everything that is wrong with real ones: twice, late, silent, doubtful, out of order."""

from __future__ import annotations

from random import Random
from typing import Any

import h3.api.basic_int as h3

from alerts.memory import CASES, READINGS
from streams.clickhouse import Database
from streams.parse_fields import UNUSABLE
from tests.alerts.made import MINUTE, rule

CELLS = tuple(sorted(h3.grid_disk(617_700_169_958_293_503, 9)))[::40]
DISTRICTS = ("630102", "630103", "")
METRICS = ("level", "rain", "state")
QUALITIES = ("", "", "", "", "", "", "unit", *UNUSABLE)
DEVICES = 7
MINUTES = 90

READING = (*(name for name in READINGS if name != "usable"), "quality", "source", "epoch", "partition")
CASE = (*CASES, "received", "epoch", "partition", "item")

DEEP = {"metric": "level", "measure": "last", "window": "10m"}
RULES = (
    rule(key="last"),
    rule(key="below", direction="below", levels={"blue": 20, "red": 5}, clear={"margin": 3}),
    rule(
        key="worst",
        place={"kind": "district", "across": "max"},
        clear={"at": 8},
        **{"for": "1m", "keep_firing_for": "2m"},
    ),
    rule(
        key="mean",
        watch=DEEP | {"measure": "avg"},
        place={"kind": "city", "across": "avg", "at_least": 2},
        every="8m",
    ),
    rule(key="least", watch=DEEP | {"measure": "min"}, place={"kind": "cell", "across": "min", "resolution": 7}),
    rule(key="most", watch=DEEP | {"measure": "max", "window": "7m"}, every="5m"),
    rule(key="count", watch=DEEP | {"measure": "count"}, levels={"blue": 3, "red": 9}),
    rule(key="rise", watch=DEEP | {"measure": "rate_per_hour"}, levels={"blue": 10, "red": 100}),
    rule(key="change", watch=DEEP | {"measure": "change"}, levels={"blue": 20, "red": 40}),
    rule(key="distinct", watch=DEEP | {"measure": "distinct"}, levels={"blue": 3, "red": 9}),
    rule(key="median", watch=DEEP | {"measure": "quantile", "q": 0.5}, levels={"blue": 20, "red": 40}),
    rule(key="ninth", watch=DEEP | {"measure": "quantile", "q": 0.9}, place={"kind": "city", "across": "max"}),
    rule(key="absent", watch={"metric": "level", "measure": "absent", "window": "1h"}, levels={"blue": 300}),
    rule(
        key="storm",
        watch={"metric": "rain", "measure": "sum", "window": "1h"},
        place={"kind": "district", "across": "max"},
        levels={"blue": 40, "yellow": {"at": 30, "window": "30m"}, "red": {"at": 30, "window": "10m"}},
        clear={"at": 10, "watch": {"metric": "rain", "measure": "sum", "window": "5m"}},
    ),
    rule(key="where", watch=DEEP | {"where": {"metric": "state", "is": [0, 2]}}, every="2m"),
    rule(
        key="reported",
        watch={"cases": "reported", "window": "20m"},
        place={"kind": "cell", "resolution": 7},
        levels={"blue": 2, "red": 4},
    ),
    rule(
        key="overdue",
        watch={"cases": "overdue", "window": "50m"},
        place={"kind": "district"},
        levels={"blue": 1, "red": 4},
        every="7m",
    ),
    rule(
        key="due",
        watch={"cases": "due", "window": "50m", "within": "20m"},
        place={"kind": "city"},
        levels={"blue": 1},
    ),
    rule(
        key="late",
        watch={"cases": "overdue", "window": "80m", "late": "5m"},
        place={"kind": "city"},
        levels={"blue": 1},
    ),
    rule(key="returned", watch={"cases": "returned", "window": "20m"}, place={"kind": "city"}, levels={"blue": 1}),
    rule(
        key="both",
        watch={
            "all_of": [
                {"watch": DEEP, "levels": {"blue": 10, "orange": 40}},
                {"watch": DEEP | {"metric": "state"}, "levels": {"yellow": 1}, "direction": "below"},
                {"rule": "last"},
            ],
            "rings": 2,
        },
        place={"kind": "cell", "resolution": 6},
        levels={"yellow": 2, "orange": 3, "red": 4},
    ),
    rule(
        key="hush",
        watch={"silent": "5m", "known": "30m"},
        place={"kind": "metric", "at_least": 3},
        levels={"blue": 20, "red": 60},
    ),
)  # fmt: skip


def readings(chance: Random, start: int) -> dict[str, list[Any]]:
    """Columns of the table: each device with a place and a pace of its own, times of silence, words said twice."""
    rows = [row for device in range(DEVICES) for metric in METRICS for row in _said(chance, start, device, metric)]
    chance.shuffle(rows)
    rows = [row | {"offset": number, "item": number % 3} for number, row in enumerate(rows)]
    return {name: [row[name] for row in rows] for name in READING}


def _said(chance: Random, start: int, device: int, metric: str) -> list[dict[str, Any]]:
    found, pace = [], chance.choice((20_000, MINUTE, 2 * MINUTE, 5 * MINUTE))
    silent = chance.randrange(MINUTES * MINUTE)
    place = _place(chance)
    for at in range(start + chance.randrange(pace), start + MINUTES * MINUTE, pace):
        if silent < at - start < silent + 20 * MINUTE:
            continue
        place = _place(chance) if chance.random() < 0.02 else place
        for _ in range(chance.choice((1, 1, 1, 2))):
            found.append({**place, "at": at, "device": f"d{device}", "metric": metric} | _word(chance, at, metric))
    return found


def _word(chance: Random, at: int, metric: str) -> dict[str, Any]:
    value = {"level": chance.randrange(500) / 10, "rain": chance.randrange(40) / 10, "state": chance.randrange(3)}
    late = chance.choice((0, 0, 1_000, 600_000))
    told = {"value": float(value[metric]), "quality": chance.choice(QUALITIES), "received": at + late}
    return told | {"source": "", "epoch": "t", "partition": 0}


def _place(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.2:
        return {"lat": float("nan"), "lon": float("nan"), "cell": 0, "district": ""}
    lat, lon = chance.randrange(64) / 64, chance.randrange(64) / 64  # as Float32 has them
    return {"lat": 36 + lat, "lon": 101 + lon, "cell": chance.choice(CELLS), "district": chance.choice(DISTRICTS)}


def cases(chance: Random, start: int) -> dict[str, list[Any]]:
    """Columns of the table: cases with a few steps each, some without a place, some with a time limit."""
    rows = []
    for case in range(60):
        for stage in ("reported", *chance.sample(("dispatched", "suspended", "closed", "returned"), 2)):
            at = start + chance.randrange(MINUTES) * MINUTE
            due = chance.choice((None, at + chance.randrange(30) * MINUTE))
            rows.append({**_place(chance), "case": f"c{case}", "stage": stage, "at": at, "due": due, "received": at})
    chance.shuffle(rows)
    shared = {"epoch": "t", "partition": 0, "item": 0}
    return {name: [({"offset": n} | shared | row)[name] for n, row in enumerate(rows)] for name in CASE}


def store(database: Database, said: dict[str, list[Any]], moved: dict[str, list[Any]]) -> None:
    """Put both into a database."""
    database.insert("readings", said)
    database.insert("case_steps", moved)


def usable(said: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The columns as a Memory takes them."""
    return said | {"usable": [one not in UNUSABLE for one in said["quality"]]}
