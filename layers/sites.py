"""What stands still in a city: facilities, cameras, and quantities such as residents; frozen values. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

import h3.api.basic_int as h3

from config.ground import CameraFile, WeightFile
from config.words import Names
from streams.map_features import MapFeature, WrongMap

COARSEST = 5
"""H3 resolution, cells of 250 km²: nothing that is counted by larger ones says where in a city it lies."""
FINE = 13
"""H3 resolution at which points of a weight are kept: cells of 44 m², finer than any that is drawn."""
Detail = Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class Facility:
    """A place of help or of works. `kind` is a key of words `ground.kind.`; `detail` has capacity (a number), note.

    WGS-84 degrees; `district` is the adcode that the file tells, '' when it tells none; `sample`: made up.
    """

    id: str
    kind: str
    name: Names
    lat: float
    lon: float
    detail: Detail = field(default_factory=lambda: MappingProxyType({}))
    district: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera. `link` leads to a host that the profile names; it is shown as a link and never embedded."""

    id: str
    name: Names
    lat: float
    lon: float
    link: str
    district: str = ""
    sample: bool = False


@dataclass(frozen=True, eq=False)
class Weight:
    """A quantity that lies still: so much at each place, to be summed. `cells` are H3 cells of any resolutions.

    `native` is the finest resolution that the file knows: below it a cell's amount is shared evenly by its parts.
    """

    key: str
    name: Names
    unit: Names
    source: str
    sample: bool
    cells: tuple[tuple[int, float], ...]

    @cached_property
    def native(self) -> int:
        return max((h3.get_resolution(cell) for cell, _ in self.cells), default=0)

    @cached_property
    def total(self) -> float:
        return sum(amount for _, amount in self.cells)

    @cached_property
    def digits(self) -> int:
        """Behind the point of what lies in a place: none of people, some of km²."""
        return 0 if all(float(amount).is_integer() for _, amount in self.cells) else 2

    def at(self, resolution: int) -> Mapping[int, float]:
        """The amount in each cell of a resolution that has any; their sum is `total`, whatever the resolution."""
        return _at(self, resolution)


@lru_cache(64)
def _at(weight: Weight, resolution: int) -> Mapping[int, float]:
    found: defaultdict[int, float] = defaultdict(float)
    for cell, amount in weight.cells:
        if h3.get_resolution(cell) >= resolution:
            found[h3.cell_to_parent(cell, resolution)] += amount
            continue
        parts = h3.cell_to_children(cell, resolution)
        for part in parts:
            found[part] += amount / len(parts)
    return MappingProxyType(dict(found))


def names(told: Mapping[str, object]) -> dict[str, str]:
    """The names of a thing by language: `short_name` or `name_zh` is Chinese, `name_en` English."""
    found = {"zh-CN": told.get("short_name") or told.get("name_zh"), "en": told.get("name_en")}
    return {language: str(name) for language, name in found.items() if name}


def facilities(found: Iterable[MapFeature], sample: bool) -> tuple[Facility, ...]:
    """Facilities of a checked file, in its order."""
    return tuple(
        Facility(
            one.told["id"], one.told["kind"], names(one.told), *_place(one),
            MappingProxyType({key: one.told[key] for key in ("capacity", "note") if key in one.told}),
            one.told.get("district", ""), sample,
        )
        for one in found
    )  # fmt: skip


def cameras(found: Iterable[MapFeature], file: CameraFile, path: str) -> tuple[Camera, ...]:
    """Cameras of a checked file. Raises WrongMap, a line each link that leads elsewhere than the profile allows."""
    found = tuple(found)
    wrong = [(one.where, why) for one in found if (why := wrong_link(one.told["link"], file.hosts))]
    if wrong:
        raise WrongMap("\n".join(f"{path}, {where}: {why}" for where, why in wrong))
    return tuple(
        Camera(
            one.told["id"], names(one.told), *_place(one), one.told["link"], one.told.get("district", ""), file.sample
        )
        for one in found
    )


def wrong_link(link: str, hosts: Iterable[str]) -> str:
    """Why a link may not be shown, and the mend; '' when it may."""
    try:
        parts = urlsplit(link)
        host = parts.netloc.lower()
    except ValueError:
        return f"link {link[:60]!r} is no address; write https://host/path"
    if parts.scheme not in ("http", "https") or not host:
        return f"link {link[:60]!r} is no address; write https://host/path"
    if "@" in host:
        return "the link holds a user's name or password; take it out, the camera's own page asks for it"
    if host not in hosts:
        return f"the link leads to {host}, which cameras.hosts in city.yaml does not name; add it there if it is meant"
    return ""


def weight(key: str, file: WeightFile, found: Iterable[MapFeature], path: str) -> Weight:
    """A weight of a checked file. Raises WrongMap, a line each cell that is none."""
    found = tuple(found)
    wrong = [one.where for one in found if "cell" in one.told and not _is_cell(one.told["cell"])]
    if wrong:
        text = f"cell is no H3 cell of resolution {COARSEST} or finer; write such as 882839b8c5fffff, or lat and lon"
        raise WrongMap("\n".join(f"{path}, {where}: {text}" for where in wrong[:50]))
    cells = tuple((_cell(one), float(one.told["weight"])) for one in found)
    return Weight(key, file.name, file.unit, file.source, file.sample, cells)


def _is_cell(text: str) -> bool:
    try:
        cell = h3.str_to_int(text)
        return bool(h3.is_valid_cell(cell)) and h3.get_resolution(cell) >= COARSEST
    except ValueError:
        return False


def _cell(one: MapFeature) -> int:
    if "cell" in one.told:
        return int(h3.str_to_int(one.told["cell"]))
    return int(h3.latlng_to_cell(*_place(one), FINE))


def _place(one: MapFeature) -> tuple[float, float]:
    """(lat, lon) of a point."""
    x, y = one.shape.coords[0] if one.shape is not None else (0.0, 0.0)
    return round(y, 7), round(x, 7)
