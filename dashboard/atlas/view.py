"""The address of the map is its view: strict both ways, and the nearest right thing where it is wrong. Pure.

`/map?layer=KEY&place=PLACE&at=ISO&eye=LAT,LON,ZOOM&lang=LANGUAGE&look=LOOK`; each part may be absent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import h3.api.basic_int as h3

from config.words import LANGUAGES
from dashboard.past.clock import moment_of
from layers.catalog import meant

LOOKS = ("dark", "light")
KINDS = ("district", "cell", "device", "station", "facility", "camera", "area")
"""What a place may be, beside the whole city. A district is written as its adcode alone."""
ID_LONGEST = 200
ZOOMS = (3.0, 19.0)
NORTHMOST = 85.0
"""Degrees: a Mercator map ends here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one looks: the `city`, or one of KINDS with its id (adcode, H3 index as text, or the thing's own id)."""

    kind: str = "city"
    id: str = ""

    def __str__(self) -> str:
        if self.kind == "city":
            return "city"
        return self.id if self.kind == "district" else f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Eye:
    """Middle of the map (WGS-84 degrees, 5 decimals) and MapLibre zoom (2 decimals)."""

    lat: float
    lon: float
    zoom: float

    def __str__(self) -> str:
        return f"{self.lat:.5f},{self.lon:.5f},{self.zoom:.2f}"


@dataclass(frozen=True, slots=True)
class View:
    """What the map shows. `at` None is now; `eye` None is wherever the place is best seen from."""

    layer: str
    place: Place = Place()
    at: datetime | None = None
    eye: Eye | None = None
    language: str = LANGUAGES[0]
    look: str = LOOKS[0]


@dataclass(frozen=True, slots=True)
class Mend:
    """A part of an address that was wrong: words `atlas.mend.<part>` say it, with `given` and `taken`."""

    part: str
    given: str
    taken: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What an address may name: keys of layers, adcodes of districts, and no moment after `now` (aware)."""

    layers: Sequence[str]
    districts: Sequence[str]
    now: datetime
    language: str = LANGUAGES[0]


@dataclass
class _Reader:
    known: Known
    given: Mapping[str, str]
    mends: list[Mend] = field(default_factory=list)

    def mend(self, part: str, taken: str = "") -> None:
        self.mends.append(Mend(part, self.given[part][:60], taken))

    def layer(self) -> str:
        given, first = self.given.get("layer", ""), self.known.layers[0]
        if not given or given in self.known.layers:
            return given or first
        named = meant(given, self.known.layers)
        if named in self.known.layers:
            return named
        near = get_close_matches(given[:60].lower(), self.known.layers, n=1, cutoff=0.5)
        self.mend("layer", near[0] if near else first)
        return near[0] if near else first

    def place(self) -> Place:
        found = place_of(self.given.get("place", "city"))
        if found is None or (found.kind == "district" and found.id not in self.known.districts):
            self.mend("place")
            return Place()
        return found

    def at(self) -> datetime | None:
        if "at" not in self.given:
            return None
        found = moment_of(self.given["at"])
        if found is None or found > self.known.now:
            self.mend("at")
            return None
        return found

    def eye(self) -> Eye | None:
        if "eye" not in self.given:
            return None
        found = _eye(self.given["eye"])
        if found is None:
            self.mend("eye")
            return None
        near = _bounded(found)
        if near != found:
            self.mend("eye", str(near))
        return near

    def one_of(self, part: str, choices: Sequence[str], default: str) -> str:
        given = self.given.get(part, default)
        if given in choices:
            return given
        self.mend(part, default)
        return default


def read(search: str | None, known: Known) -> tuple[View, tuple[Mend, ...]]:
    """The view of an address' query (with or without `?`), and what of it had to be mended. Raises nothing."""
    given = {key: value for key, value in parse_qsl((search or "").lstrip("?"), errors="replace") if value}
    reader = _Reader(known, MappingProxyType(given))
    view = View(
        reader.layer(),
        reader.place(),
        reader.at(),
        reader.eye(),
        reader.one_of("lang", LANGUAGES, known.language),
        reader.one_of("look", LOOKS, LOOKS[0]),
    )
    return view, tuple(reader.mends)


def write(view: View) -> str:
    """The query of a view, without `?`. What is the default is left out, but for layer and language."""
    parts = {"layer": view.layer}
    if view.place.kind != "city":
        parts["place"] = str(view.place)
    if view.at is not None:
        parts["at"] = iso(view.at)
    if view.eye is not None:
        parts["eye"] = str(view.eye)
    parts["lang"] = view.language
    if view.look != LOOKS[0]:
        parts["look"] = view.look
    return urlencode(parts, safe=",:")


def parts(view: View) -> dict[str, Any]:
    """The view as the scripts know it (`yiping.atlas.view`)."""
    eye = None if view.eye is None else [view.eye.lat, view.eye.lon, view.eye.zoom]
    at = None if view.at is None else iso(view.at)
    return {
        "layer": view.layer, "place": str(view.place), "at": at, "eye": eye, "lang": view.language, "look": view.look,
    }  # fmt: skip


def place_of(text: str) -> Place | None:
    """A place as an address writes it; None for what is none. Whether a device or an area exists is not asked."""
    if text == "city":
        return Place()
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return Place("district", text)
    kind, _, name = text.partition(":")
    if kind not in KINDS[1:] or not 0 < len(name) <= ID_LONGEST or not name.isprintable():
        return None
    return None if kind == "cell" and cell_of(name) is None else Place(kind, name)


def cell_of(text: str) -> int | None:
    """An H3 index as h3 writes it (15 small hexadecimal digits); None for anything else."""
    try:
        cell = int(text, 16)
    except ValueError:
        return None
    return cell if f"{cell:x}" == text and len(text) == 15 and h3.is_valid_cell(cell) else None


def iso(at: datetime) -> str:
    """A moment in UTC with `Z`, to the millisecond: a `+` in an address would arrive as a blank."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace(".000", "").replace("+00:00", "Z")


def _eye(text: str) -> Eye | None:
    try:
        lat, lon, zoom = map(float, text.split(","))
    except ValueError:
        return None
    return Eye(lat, lon, zoom) if all(map(math.isfinite, (lat, lon, zoom))) else None


def _bounded(eye: Eye) -> Eye:
    lat = min(max(eye.lat, -NORTHMOST), NORTHMOST)
    lon = min(max(eye.lon, -180.0), 180.0)
    zoom = min(max(eye.zoom, ZOOMS[0]), ZOOMS[1])
    return Eye(lat, lon, zoom)
