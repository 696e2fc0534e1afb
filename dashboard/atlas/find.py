"""Asks what a searched text finds: what stands still is known by heart, devices, cases and areas are asked for."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import h3.api.basic_int as h3

from config.read import read_words
from config.words import LANGUAGES
from dashboard.atlas import points
from dashboard.atlas.search import MOST, Entry, Keys, folded, keys, search
from layers import areas
from layers.area import box, middle
from layers.asking import ask, question
from layers.moments import HOUR, to_ms

if TYPE_CHECKING:
    from config.words import Words
    from dashboard.context import Context
    from layers.area import Ring

LEAST = 2
"""Letters before the database is asked: one letter is in every name."""
LATELY = HOUR
"""Readings that are looked through where nobody keeps a table of last words."""
NAMED = ("place", "water", "road")
"""Kinds of names of the ground that are found where they are written; districts and rivers are more than a spot."""
NEAR, PIXELS = 14.0, 600
"""Zoom at which a single thing is looked at; pixels that an area is to fill."""


class Finder:
    """Finds places of one city."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def still(self) -> tuple[Keys, ...]:
        """What stands still in the city, prepared: the first search pays for it."""
        return tuple(map(keys, _still(self.context)))

    def find(self, text: str, words: Words, now: datetime) -> tuple[Entry, ...]:
        """The best hits of a text as of `now`. Raises as Database.ask."""
        written = self.written(text, words)
        if written:
            return written
        database, wanted = self.context.database, folded(text)
        drawn = tuple(keys(_of_area(one)) for one in areas.areas(database, now))
        placed = search(text, (*self.still, *drawn))
        if len(wanted) < LEAST:
            return placed
        asked = {"text": text.strip(), "most": MOST}
        devices = ask(database, "devices_named", now, LATELY, **asked).rows()
        cases = database.ask(question("cases_named"), now_ms=to_ms(now), **asked).rows()
        told = [_of_case(row, words, self.context.profile.resolutions.store) for row in cases if row["cell"]]
        known = {entry.id for entry in placed if entry.kind == "station"}
        found = [_of_device(row) for row in devices if row["device"] not in known]
        return search(text, (*self.still, *drawn, *map(keys, (*told, *found))))

    def written(self, text: str, words: Words) -> tuple[Entry, ...]:
        """The cell or the point that a text writes; none when it is a name."""
        cell = points.cell(text)
        if cell is not None:
            lat, lon = h3.cell_to_latlng(cell)
            named = {words.language: words("atlas_search.cell", resolution=h3.get_resolution(cell))}
            return (Entry(f"cell:{cell:x}", "cell", f"{cell:x}", named, lat, lon),)
        spot = points.spot(text, self.context.city.bounds)
        if spot is None:
            return ()
        store = self.context.profile.resolutions.store
        index = f"{h3.latlng_to_cell(spot.lat, spot.lon, store):x}"
        name = {words.language: f"{spot.lat:.6f}, {spot.lon:.6f}"}
        return (Entry(f"cell:{index}", "point", index, name, spot.lat, spot.lon, self._about(spot, words)),)

    def _about(self, spot: points.Spot, words: Words) -> str:
        """In which district a point lies, and from which datum it was converted."""
        district = self.context.city.district_at(spot.lat, spot.lon)
        where = words.name(district.name) if district else words("atlas_search.outside")
        moved = words("atlas_search.converted", datum=spot.source) if spot.source != "WGS-84" else ""
        return " · ".join(part for part in (where, moved) if part)


def _still(context: Context) -> Iterator[Entry]:
    city, kinds = context.city, [read_words(language) for language in LANGUAGES]
    for district in city.districts:
        yield Entry(district.adcode, "district", district.adcode, district.name, district.lat, district.lon)
    for station in city.profile.stations:
        others = tuple(station.river.values())
        yield Entry(
            f"station:{station.id}", "station", station.id, station.name, station.lat, station.lon, others=others
        )
    for one in city.facilities:
        others = (one.kind, *(words.texts.get(f"ground.kind.{one.kind}", "") for words in kinds))
        yield Entry(f"facility:{one.id}", "facility", one.id, one.name, one.lat, one.lon, others=others)
    for camera in city.cameras:
        others = tuple(words.texts.get("ground.camera", "") for words in kinds)
        yield Entry(f"camera:{camera.id}", "camera", camera.id, camera.name, camera.lat, camera.lon, others=others)
    yield from _rivers(context)
    yield from _written(context)


def _rivers(context: Context) -> Iterator[Entry]:
    """Each river once, where the middle of its line is."""
    seen: set[str] = set()
    for feature in json.loads(context.city.drawings["rivers"].body)["features"]:
        name, line = feature["properties"]["name"], feature["geometry"]["coordinates"]
        line = line[0] if feature["geometry"]["type"] == "MultiLineString" else line
        id = next(iter(name.values()), "")
        if id and id not in seen:
            seen.add(id)
            lon, lat = line[len(line) // 2]
            index = h3.latlng_to_cell(lat, lon, context.profile.resolutions.store)
            yield Entry(f"cell:{index:x}", "river", id, name, lat, lon)


def _written(context: Context) -> Iterator[Entry]:
    """Places, water and roads that have a name on the map: the cell where it stands."""
    for feature in json.loads(context.city.drawings["labels"].body)["features"]:
        kind, name = feature["properties"]["kind"], feature["properties"]["name"]
        if kind in NAMED:
            lon, lat = feature["geometry"]["coordinates"]
            index = h3.latlng_to_cell(lat, lon, context.profile.resolutions.store)
            yield Entry(f"cell:{index:x}", kind, next(iter(name.values())), name, lat, lon)


def _of_area(one: Any) -> Entry:
    lat, lon = middle(one.ring)
    return Entry(one.place, "area", one.id, {"zh-CN": one.name}, lat, lon, one.reason)


def _of_device(row: dict[str, Any]) -> Entry:
    names = {"zh-CN": row["name_zh"], "en": row["name_en"]}
    lat, lon = h3.cell_to_latlng(row["cell"]) if row["cell"] else (None, None)
    known = {language: name for language, name in names.items() if name}
    others = (row["kind"],) if row["kind"] else ()
    return Entry(f"device:{row['device']}", "device", row["device"], known, lat, lon, row["kind"], others)


def _of_case(row: dict[str, Any], words: Words, store: int) -> Entry:
    index = h3.latlng_to_cell(row["lat"], row["lon"], store)
    stage = f"stage.{row['last_stage']}"
    told = (words(stage) if words.has(stage) else row["last_stage"], row["its_title"] or row["its_category"])
    detail, title = " · ".join(filter(None, told)), row["its_title"]
    return Entry(f"cell:{index:x}", "case", row["case"], {}, row["lat"], row["lon"], detail, (title,) if title else ())


def eye(entry: Entry, ring: Ring = ()) -> list[float] | None:
    """From where an entry is best looked at: [lat, lon, zoom]; None lets the map choose, as for a district."""
    if entry.lat is None or entry.lon is None or entry.kind == "district":
        return None
    return [round(entry.lat, 5), round(entry.lon, 5), zoom_of(ring) if ring else NEAR]


def zoom_of(ring: Ring) -> float:
    """The zoom at which a polygon fills PIXELS; no nearer than a single thing."""
    west, south, east, north = box(ring)
    wide = max(east - west, (north - south) / math.cos(math.radians((south + north) / 2)), 1e-6)
    return round(min(math.log2(360 * PIXELS / 512 / wide), 16.0), 2)
