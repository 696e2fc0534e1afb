"""The files of `yiping backtest`: messages as they are, or through a source's mapping; and labels."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from alerts.beside import Entry
from alerts.past import Past
from alerts.score import Label
from config.city import CityProfile
from config.faults import Fault
from config.read import read_source
from config.settings import CITIES
from config.words import Words
from streams.device_file import Registered, read_devices
from streams.feed_mapping import Mapper
from streams.feed_records import CannotRead, records
from streams.history import History
from streams.map_files import read_places
from streams.places import Places
from streams.publish import messages
from streams.records import Stream
from streams.registrar import FILE
from streams.registry import Told

Files = Mapping[Stream, Sequence[str]]


class BadInput(Fault, ValueError):
    """What the back-test was given cannot be used; the text says what, where and how to mend it."""


def gather(files: Files, source: str, profile: CityProfile, words: Words, *, foreign: bool) -> History:
    """All messages of the files. `foreign`: readings outside the city count. Raises BadInput, ConfigError."""
    places = read_places(profile)
    history = History(places, foreign)
    learn(places, devices(profile))
    mapping = read_source(profile.id, source) if source else None
    if mapping is not None and not files.get(mapping.topic):
        raise BadInput(words("backtest.bad_source", source=source, topic=mapping.topic))
    for stream, paths in files.items():
        for path in paths:
            with opened(path, words) as lines:
                if mapping is not None and mapping.topic == stream:
                    mapper = Mapper(source, mapping)
                    history.add(stream, (one.payload for record in records(mapping, lines) for one in mapper(record)))
                else:
                    history.add(stream, messages(lines))
    return history


@contextmanager
def opened(path: str, words: Words) -> Iterator[BinaryIO]:
    """A file, or standard input for `-`. Raises BadInput, which names it."""
    try:
        with open(0, "rb", closefd=False) if path == "-" else Path(path).open("rb") as lines:
            yield lines
    except OSError as error:
        raise BadInput(words("backtest.no_file", path=path, error=error.strerror or error)) from None
    except CannotRead as error:
        raise BadInput(words("backtest.no_file", path=path, error=error)) from None


def devices(profile: CityProfile) -> list[Registered]:
    """The devices that the city's own file registers. Raises WrongDevices."""
    path = CITIES / profile.id / FILE
    return read_devices(path.read_bytes(), FILE, 0) if path.exists() else []


def learn(places: Places, registered: Iterable[Registered]) -> None:
    """Devices that say no place get that of the file, as in ingest."""
    entries = [one.entry for one in registered]
    places.registry.learn(
        Told(
            *(entry.device, entry.at, entry.state),
            math.nan if entry.lat is None else entry.lat,
            math.nan if entry.lon is None else entry.lon,
            *places(entry.lat, entry.lon),
            *(entry.metrics, entry.units),
        )
        for entry in entries
    )


def marks(registered: Iterable[Registered]) -> dict[str, dict[str, dict[str, float]]]:
    """Marks by device and metric, of those that have any."""
    return {one.entry.device: json.loads(one.entry.thresholds) for one in registered if one.entry.thresholds}


def past(history: History, profile: CityProfile, *, foreign: bool) -> Past:
    """What the messages say, as rows. Of a foreign city nobody knows which devices should have been heard."""
    registered = devices(profile)
    expected = () if foreign else tuple(_expected(one) for one in registered)
    said = history.readings(), history.cases(), history.events(), history.rejects()
    return Past(*said, marks(registered), expected)


def _expected(one: Registered) -> Entry:
    return Entry(one.entry.device, one.entry.gateway, one.entry.interval, one.entry.at)


def labels(path: Path, words: Words) -> list[Label]:
    """Labelled intervals of a file, JSON lines or a JSON array. Raises BadInput with the line, or the item's number."""
    with opened(str(path), words) as lines:
        found = list(enumerate(messages(lines), 1))
    return [_label(path, number, one, words) for number, one in found]


def _label(path: Path, number: int, text: bytes, words: Words) -> Label:
    try:
        said: Any = json.loads(text)
        unknown = said.keys() - {"from", "to", "rule", "place"}
        if unknown:
            raise ValueError(f"{min(unknown)!r} is not known")
        first, last = (_moment(said[key]) for key in ("from", "to"))
        if first > last:
            raise ValueError("from is after to")
        return Label(first, last, str(said.get("rule", "")), str(said.get("place", "")))
    except KeyError as error:
        problem: object = f"{error} is missing"
    except (ValueError, AttributeError, TypeError) as error:
        problem = error
    raise BadInput(words("backtest.bad_label", path=path, line=number, error=problem))


def _moment(text: object) -> int:
    at = datetime.fromisoformat(str(text))
    if at.tzinfo is None:
        raise ValueError(f"{text} has no offset such as +08:00")
    return round(at.timestamp() * 1000)
