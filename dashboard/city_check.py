"""A profile with its map files, held against itself: what is wrong or missing, printed, and a verdict."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import shapely
import typer
from shapely.geometry.base import BaseGeometry

from config.city import CityProfile
from config.ground import MapFile
from config.load import ConfigError
from config.read import read_city
from config.settings import CITIES, Settings
from config.words import Words
from dashboard.fonts import drawable
from layers import city_check as check
from layers import datum_check as datums
from layers.city_check import Finding
from layers.datum_check import Borders, Fit, Spot
from layers.geometry import City, Ground, load_city, read_ground, valid
from streams.datum import WGS_84, Point
from streams.device_file import WrongDevices, read_devices
from streams.map_files import read_map
from streams.map_forms import DISTRICTS
from streams.registrar import FILE


def run(city: str, settings: Settings, words: Words, folder: Path = CITIES) -> Iterator[Finding]:
    """Prints and gives each finding, the verdict last. Raises ConfigError for what cannot be read at all."""
    profile = read_city(city, folder)
    begun = perf_counter()
    loaded = load_city(profile, folder)
    seconds = perf_counter() - begun
    typer.echo(_head(loaded, words))
    counts = {"wrong": 0, "gap": 0, "note": 0}
    for finding in _findings(loaded, settings, folder, seconds):
        counts[finding.grade] += 1
        typer.echo(f"{words(f'city.grade.{finding.grade}'):5} {said(finding, words)}")
        yield finding
    key = "wrong" if counts["wrong"] else "gaps" if counts["gap"] else "good"
    typer.echo(words(f"city.verdict.{key}", city=city, wrong=counts["wrong"], gaps=counts["gap"]))


def said(finding: Finding, words: Words) -> str:
    """A finding as a sentence."""
    values = dict(finding.values)
    if "what" in values:
        values["what"] = words(f"city.what.{values['what']}")
    return words(f"city.{finding.key}", **values)


def _head(city: City, words: Words) -> str:
    counts = {"districts": len(city.districts), "stations": len(city.profile.stations)}
    counts |= {"cells": len(city.grid), "facilities": len(city.facilities), "cameras": len(city.cameras)}
    return words("city.head", city=city.profile.id, **counts)


def _findings(city: City, settings: Settings, folder: Path, seconds: float) -> Iterator[Finding]:
    profile, ground = city.profile, read_ground(city.profile, folder)
    given = {"districts": profile.districts, "water": profile.ground.water, "basins": profile.ground.basins}
    files = {what: file.file for what, file in given.items() if file}
    shapes = {one.told["adcode"]: valid(one.shape) for one in ground.districts if one.shape is not None}
    borders = datums.borders(shapes, profile.datum_of(profile.districts), profile.districts.file)
    yield from check.of_shapes(ground, files)
    yield from check.of_seams(borders)
    yield from check.of_labels(ground)
    yield from _places(profile, ground, borders, folder)
    yield from check.of_stations(profile)
    yield from check.of_names(profile, ground)
    yield from check.of_letters(check.texts(profile, ground), drawable())
    yield from check.of_basemap(profile, bool(settings.wmts_key), _covered(city))
    packed = sum(len(gzip.compress(one.body, 6)) for one in city.drawings.values())
    yield from check.of_sizes(_sizes(profile, folder), packed, seconds)


def _places(profile: CityProfile, ground: Ground, borders: Borders, folder: Path) -> Iterator[Finding]:
    """Where things stand, and whether every file is in the datum that it says."""
    devices: list[Spot] = []
    try:
        devices = list(_devices(folder / profile.id / FILE))
    except WrongDevices as error:
        yield Finding("wrong", "devices", {"why": str(error).splitlines()[0]})
    spots = _spots(profile, ground) | {"devices": devices}
    for what, some in spots.items():
        yield from check.of_places(what, some, borders)
    every = [one for some in spots.values() for one in some]
    middle = every[0] if every else Spot(profile.view.lat, profile.view.lon)
    reach = datums.offset(middle.lat, middle.lon)
    fits = list(_fits(profile, ground, borders, spots, _neighbours(profile, borders, folder)))
    yield from check.of_fits(fits, len(every), datums.telling(every, borders, reach), reach)


def _spots(profile: CityProfile, ground: Ground) -> dict[str, list[Spot]]:
    """Known points by kind, WGS-84 as their files say."""
    return {
        "stations": [Spot(one.lat, one.lon, one.id, one.district) for one in profile.stations],
        "facilities": [Spot(one.lat, one.lon, one.id, one.district) for one in ground.facilities],
        "cameras": [Spot(one.lat, one.lon, one.id, one.district) for one in ground.cameras],
    }


def _devices(path: Path) -> Iterator[Spot]:
    """Registered devices whose coordinates are said to be WGS-84. Raises WrongDevices."""
    if path.exists():
        now = round(datetime.now(UTC).timestamp() * 1000)
        for one in read_devices(path.read_bytes(), FILE, now):
            if one.entry.lat is not None and one.entry.lon is not None and one.entry.datum in ("", WGS_84):
                yield Spot(one.entry.lat, one.entry.lon, one.entry.device)


def _fits(
    profile: CityProfile,
    ground: Ground,
    borders: Borders,
    spots: Mapping[str, list[Spot]],
    neighbours: Mapping[str, BaseGeometry],
) -> Iterator[Fit]:
    known = {one.id: (one.lat, one.lon) for one in profile.stations}
    given: dict[str, MapFile | None] = {"facilities": profile.ground.facilities, "cameras": profile.ground.cameras}
    told = {FILE: (spots["devices"], WGS_84)}
    told |= {file.file: (spots[what], profile.datum_of(file)) for what, file in given.items() if file}
    yield from datums.of_districts([one for some in spots.values() for one in some], borders)
    for name, (some, declared) in told.items():
        yield from datums.of_points(name, declared, some, borders)
        yield from datums.of_twins(name, declared, some, known, borders.plane)
    yield from _rivers(profile, ground, borders)
    yield from datums.of_neighbours(borders, neighbours)
    yield from datums.of_parts(borders)


def _rivers(profile: CityProfile, ground: Ground, borders: Borders) -> Iterable[Fit]:
    if profile.rivers is None:
        return ()
    lines: dict[str, list[BaseGeometry]] = {}
    for one in ground.rivers:
        lines.setdefault(str(one.told["name_zh"]), []).extend([one.shape] if one.shape else [])
    gauges: list[tuple[Point, str]] = [((one.lat, one.lon), one.river.get("zh-CN", "")) for one in profile.stations]
    whole = {name: shapely.union_all(parts) for name, parts in lines.items()}
    return datums.of_lines(profile.rivers.file, profile.datum_of(profile.rivers), gauges, whole, borders.plane)


def _neighbours(profile: CityProfile, borders: Borders, folder: Path) -> dict[str, BaseGeometry]:
    """The area of each other profile that can be read, whose box lies beside ours."""
    ours = shapely.box(*shapely.union_all(list(borders.districts.values())).bounds).buffer(datums.REACH)
    found = {}
    for path in sorted(folder.glob("*/city.yaml")):
        if path.parent.name != profile.id and (area := _area(path.parent.name, folder)) is not None:
            found[path.parent.name] = area
    return {name: area for name, area in found.items() if borders.plane.shape(area).intersects(ours)}


def _area(city: str, folder: Path) -> BaseGeometry | None:
    try:
        profile = read_city(city, folder)
        found = read_map(profile, profile.districts, DISTRICTS, folder)
    except ConfigError:  # its own check says so
        return None
    return shapely.union_all([valid(one.shape) for one in found if one.shape is not None])


def _covered(city: City) -> bool:
    bounds = city.tiles.bounds if city.tiles else None
    return bounds is None or bool(shapely.box(*bounds).contains(shapely.box(*city.bounds)))


def _sizes(profile: CityProfile, folder: Path) -> dict[str, tuple[int, str]]:
    """Size and datum of each map file."""
    given = profile.ground
    several = (
        profile.districts,
        profile.rivers,
        given.roads,
        given.water,
        given.basins,
        given.names,
        given.facilities,
        given.cameras,
    )
    files = [one for one in (*several, *given.weights.values()) if one is not None]
    return {one.file: ((folder / profile.id / one.file).stat().st_size, profile.datum_of(one)) for one in files}
