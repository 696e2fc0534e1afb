"""Whether a place that a silence names is one that an alert can have; if not, which ones were meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, get_args

import h3.api.basic_str as h3

from alerts import explain
from alerts.journal import open_alerts
from config.faults import Fault
from dashboard.atlas.search import Entry, folded, keys, search
from layers.areas import areas
from layers.asking import ask
from layers.moments import HOUR
from streams.metrics import METRICS
from streams.records import Stream

if TYPE_CHECKING:
    from dashboard.telling import Teller
    from streams.clickhouse import Database

SAID = 5
"""Places that a refusal names: those that are meant stand first."""
ASKED = 20
"""Devices that the database is asked for."""


def check(database: Database, place: str, teller: Teller, now: datetime) -> None:
    """Refuse a place that nobody knows: it would hide nothing, and its author would believe that it does.

    Raises Fault, which names those that may be meant; DatabaseUnavailable, QueryFailed.
    """
    if not place or _written(place, teller):
        return
    found = [*_asked(database, place, teller, now)]
    if any(entry.id == place for entry in found):
        return
    close = _close(place, [*_still(teller), *found, *_alike(database, place, now)])
    told = teller.words("silence.meant_join").join(_told(entry, teller) for entry in close)
    meant = teller.words("silence.meant", close=told) if close else ""
    raise Fault(teller.words("silence.unknown_place", place=place, meant=meant))


def _written(place: str, teller: Teller) -> bool:
    """What the database need not be asked for: cells, adcodes, basins, gauges; metrics and streams may fall silent."""
    city = teller.city
    named = (*city.places, *(one.id for one in city.profile.stations), *METRICS, *get_args(Stream))
    return place in named or (place == place.lower() and h3.is_valid_cell(place))


def _still(teller: Teller) -> Iterator[Entry]:
    for place, name in teller.city.places.items():
        yield Entry(place, "district", place, name)
    for one in teller.city.profile.stations:
        yield Entry(one.id, "station", one.id, one.name, others=tuple(one.river.values()))


def _asked(database: Database, place: str, teller: Teller, now: datetime) -> Iterator[Entry]:
    """Places that the database knows: where something fires now, areas in force, devices registered or heard."""
    for alert in open_alerts(database, now):
        if _written(alert.place, teller) and not h3.is_valid_cell(alert.place):
            continue  # told among what stands still; an alert of the whole city bears the name of its worst gauge
        yield Entry(alert.place, "place", alert.place, {teller.words.language: teller.place(alert)})
    for area in areas(database, now):
        yield Entry(area.place, "area", area.place, {teller.words.language: area.name})
    yield from _devices(database, place, now)


def _devices(database: Database, text: str, now: datetime) -> Iterator[Entry]:
    for row in ask(database, "devices_named", now, HOUR, text=text, most=ASKED).rows():
        names = {"zh-CN": row["name_zh"], "en": row["name_en"]}
        known = {language: name for language, name in names.items() if name}
        yield Entry(row["device"], "device", row["device"], known)


def _alike(database: Database, text: str, now: datetime) -> Iterator[Entry]:
    """Devices that begin as the text does: its end may be a slip of the hand."""
    return _devices(database, text[: (len(text) + 1) // 2], now)


def _close(text: str, entries: Sequence[Entry]) -> list[Entry]:
    """The likeliest, each place once: by name, its parts and its pinyin; where none is, by the look of the id."""
    found = search(text, map(keys, entries)) or _lookalikes(text, entries)
    return list({entry.id: entry for entry in found}.values())[:SAID]


def _lookalikes(text: str, entries: Sequence[Entry]) -> list[Entry]:
    by_id = {folded(entry.id): entry for entry in entries}
    return [by_id[id] for id in difflib.get_close_matches(folded(text), by_id, SAID)]


def _told(entry: Entry, teller: Teller) -> str:
    gauge = explain.station_name(entry.id, teller.words, teller.city.profile)
    name = gauge or (teller.words.name(entry.name) if entry.name else "")
    return teller.words("silence.place", id=entry.id, name=name) if name else entry.id
