"""How the ground is drawn, in a dark look for the wall and a light one for desk and print: colours, lines, names. Pure.

Land and water lie below what a layer colours; roads, rivers and borders above it, each on a casing of the ground's
colour, so that they are seen on any hexagon. Names have a halo. What each must be told apart from, and by how much, is
in tests/layers/test_basemap.py, by the contrast of WCAG 2.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Layer = dict[str, Any]
"""A layer of a MapLibre style."""

ROADS = MappingProxyType(
    {"local": (13.0, 0.5), "secondary": (11.0, 0.9), "primary": (9.5, 1.2), "trunk": (8.0, 1.6), "motorway": (7.0, 2.0)}
)
"""Smallest zoom and width (px at zoom 10) of each class, from the least to the greatest: the order of drawing."""


@dataclass(frozen=True)
class Look:
    """Colours of the ground. `back` is what is outside the city, and what names and casings stand on."""

    back: str
    land: str
    water: str
    shore: str
    river: str
    outer: str
    inner: str
    building: str
    roads: Mapping[str, str]
    labels: Mapping[str, str]
    halo: str


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "dark": Look(
            back="#0b0f14", land="#121a22", water="#12304a", shore="#3f7396", river="#7cc4e8",
            outer="#8393a0", inner="#566674", building="#1d2832", halo="#0b0f14",
            roads=MappingProxyType({
                "motorway": "#b3a68c", "trunk": "#9a917e", "primary": "#817c70", "secondary": "#6a6862",
                "local": "#54554f",
            }),
            labels=MappingProxyType({
                "district": "#eef3f7", "river": "#9fd6f2", "water": "#9fd6f2", "road": "#d8ccb2", "place": "#d5dde4",
                "facility": "#eef3f7",
            }),
        ),
        "light": Look(
            back="#e9eef2", land="#fbfcfd", water="#cfe3f0", shore="#5f97bb", river="#236f9b",
            outer="#5d6f7e", inner="#93a2af", building="#eceff2", halo="#ffffff",
            roads=MappingProxyType({
                "motorway": "#77683f", "trunk": "#948560", "primary": "#a0957a", "secondary": "#aca492",
                "local": "#b9b4a8",
            }),
            labels=MappingProxyType({
                "district": "#12202b", "river": "#14527a", "water": "#14527a", "road": "#5c4c1f", "place": "#25343f",
                "facility": "#12202b",
            }),
        ),
    }
)  # fmt: skip


def below(look: Look, drawn: Mapping[str, str], pictures: Sequence[Layer] = ()) -> list[Layer]:
    """Layers under the coloured cells: land, pictures of it if there are any, water.

    `drawn` are the sources that hold something, by name.
    """
    found: list[Layer] = [{"id": "ground-back", "type": "background", "paint": {"background-color": look.back}}]
    if "districts" in drawn:
        found.append(fill("ground-land", "districts", look.land))
    found += pictures
    if "water" in drawn:
        found.append(fill("ground-water", "water", look.water))
    return found


def above(look: Look, drawn: Mapping[str, str]) -> list[Layer]:
    """Layers over the coloured cells: the outside, shores, roads, rivers, borders. A schematic line is dashed.

    All are of one source, `over`: a map cuts each source to tiles of their own, which costs more than the lines do.
    """
    found: list[Layer] = []
    if "over" in drawn:
        outside = {**fill("outside", "over", look.back), "filter": _of("outside")}
        outside["paint"]["fill-antialias"] = False
        found.append(outside)
    if "water" in drawn:
        found.append(line("ground-shore", "over", look.shore, 1.0) | {"filter": _of("water")})
    if "roads" in drawn:
        found += [one for road in ROADS for one in _road(road, look)]
    if "rivers" in drawn:
        rivers = {"filter": _of("rivers")}
        found += [line("ground-river-casing", "over", look.back, 4.4, opacity=0.6) | rivers]
        found += [line("ground-river", "over", look.river, 2.0) | rivers]
    if "borders" in drawn:
        found += [line("ground-border-casing", "over", look.back, 3.2, opacity=0.75) | {"filter": _of("borders")}]
        found += [_border("inner", look.inner, 0.9), _border("outer", look.outer, 1.6)]
    return found


def _of(part: str, *more: list[Any]) -> list[Any]:
    """The filter of the features of one part of `over` (and of what else they must be)."""
    return ["all", ["==", ["get", "part"], part], *more]


def fill(name: str, source: str, colour: str) -> Layer:
    return {"id": name, "source": source, "type": "fill", "paint": {"fill-color": colour, "fill-antialias": True}}


def line(name: str, source: str, colour: str, width: float, opacity: float = 1.0) -> Layer:
    """A line that is `width` px wide at zoom 10, half of it far out and twice near by."""
    grown = ["interpolate", ["exponential", 1.4], ["zoom"], 6, width / 2, 10, width, 15, width * 2.2]
    paint: dict[str, Any] = {"line-color": colour, "line-width": grown}
    if opacity < 1:
        paint["line-opacity"] = opacity
    layout = {"line-join": "round", "line-cap": "round"}
    return {"id": name, "source": source, "type": "line", "layout": layout, "paint": paint}


def _road(road: str, look: Look) -> list[Layer]:
    """A class of roads: its casing, its real roads, its schematic ones."""
    zoom, width = ROADS[road]
    its: list[Any] = ["==", ["get", "class"], road]
    drawn = line(f"ground-road-{road}", "over", look.roads[road], width)
    dashed = line(f"ground-road-{road}-schematic", "over", look.roads[road], width)
    dashed["paint"]["line-dasharray"] = [3, 2]
    dashed["layout"]["line-cap"] = "butt"
    real: list[Any] = ["!", ["to-boolean", ["get", "schematic"]]]
    casing = line(f"ground-road-{road}-casing", "over", look.back, width + 1.6, opacity=0.6)
    parts = ((casing, _of("roads", its)), (drawn, _of("roads", its, real)), (dashed, _of("roads", its, ["!", real])))
    return [{**one, "filter": kept, "minzoom": zoom} for one, kept in parts]


def _border(kind: str, colour: str, width: float) -> Layer:
    mine = _of("borders", ["==", ["get", "kind"], kind])
    return {**line(f"ground-border-{kind}", "over", colour, width), "filter": mine}


# --- vector tiles, of which only lines and areas are drawn: their names would need a server of glyphs ---------------
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "water": ("water", "ocean", "water_polygons"),
        "river": ("waterway", "water_lines", "rivers"),
        "road": ("transportation", "roads", "road", "streets"),
        "building": ("building", "buildings"),
        "border": ("boundary", "boundaries", "admin"),
    }
)
"""Names that the layers of vector tiles have in the usual schemas (OpenMapTiles, Protomaps, Shortbread), by part."""


def of_vector_tiles(look: Look, source: str, names: tuple[str, ...]) -> list[Layer]:
    """Layers for those parts of a vector tile set that are known; all others are not drawn."""
    found: list[Layer] = []
    for part, known in PARTS.items():
        found += [_tile_part(look, part, source, name) for name in names if name in known]
    return found


def _tile_part(look: Look, part: str, source: str, name: str) -> Layer:
    colours = {"water": look.water, "building": look.building}
    lines = {"river": (look.river, 1.0), "road": (look.roads["secondary"], 0.9), "border": (look.inner, 0.8)}
    key = f"tiles-{part}-{name}"
    made = fill(key, source, colours[part]) if part in colours else line(key, source, *lines[part])
    shape = "Polygon" if part in colours else "LineString"
    return {**made, "source-layer": name, "filter": ["==", ["geometry-type"], shape]}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb), 1 to 21, as WCAG 2.1 defines it."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
