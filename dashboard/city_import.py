"""Makes a map file of a profile of what a bureau has: Shapefile, GeoPackage, FileGDB, KML, in any coordinate system.

GDAL reads it (through geopandas, which is loaded here only); what comes out is GeoJSON in degrees, with our columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.faults import Fault

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

DEGREES = 1e-6
"""To which coordinates are rounded: a decimetre."""


class CannotImport(Fault, ValueError):
    """Its text says what is wrong with the file or with what was asked of it, and how to mend it."""


@dataclass(frozen=True)
class Wish:
    """What to take of a file. `columns` are theirs by ours; `crs` is for a file that says none.

    `simplify` is in metres, 0 for no simplification: borders that areas have in common stay in common. A corner goes
    when the triangle that it makes with its neighbours is smaller than `simplify` squared (Visvalingam's measure).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    simplify: float = 0.0


@dataclass(frozen=True)
class Imported:
    """GeoJSON as text; how many things it has, how many of the file had no shape, and the system they came from."""

    text: str
    things: int
    shapeless: int
    crs: str


def import_map(path: Path, wish: Wish) -> Imported:
    """The file as a map file of a profile. Raises CannotImport."""
    table = _placed(path, _read(path, wish), wish)
    known = table[~(table.geometry.is_empty | table.geometry.isna())]
    crs = str(known.crs.to_string())
    chosen = _chosen(path, known, wish.columns)
    made = _simplified(chosen, wish.simplify).to_crs(4326)
    made.geometry = made.geometry.force_2d().set_precision(DEGREES, mode="pointwise")
    return Imported(made.to_json(drop_id=True, ensure_ascii=False), len(made), len(table) - len(known), crs)


def _read(path: Path, wish: Wish) -> GeoDataFrame:
    import geopandas
    from pyogrio.errors import DataSourceError

    options: dict[str, Any] = {"encoding": wish.encoding} if wish.encoding else {}
    try:
        table = geopandas.read_file(path, layer=wish.layer, **options)
    except (DataSourceError, OSError, ValueError, LookupError) as error:
        raise CannotImport(
            f"{path}: cannot be read as a map: {error}. Give a Shapefile (.shp, with .dbf, .shx and .prj beside it), "
            "a GeoPackage, FileGDB, KML or GeoJSON"
        ) from None
    if not isinstance(table, geopandas.GeoDataFrame) or table.empty:
        raise CannotImport(f"{path}: has no shapes; is it another layer? Name it with --layer")
    return table


def _placed(path: Path, table: GeoDataFrame, wish: Wish) -> GeoDataFrame:
    """With a coordinate system: the file's own, or the one that was told."""
    from pyproj.exceptions import CRSError

    if table.crs is not None:
        return table
    if not wish.crs:
        raise CannotImport(
            f"{path}: says no coordinate system (a Shapefile says it in its .prj); add --crs, such as EPSG:4490 for "
            "CGCS2000 in degrees, or EPSG:4543 for its three-degree zone around 102 E"
        )
    try:
        return table.set_crs(wish.crs)
    except CRSError as error:
        raise CannotImport(f"--crs {wish.crs}: {error}") from None


def _chosen(path: Path, table: GeoDataFrame, columns: Mapping[str, str]) -> GeoDataFrame:
    """Only the columns that are wanted, under our names; all, as they are, when none are named."""
    lacking = [theirs for theirs in columns.values() if theirs not in table.columns]
    if lacking:
        there = ", ".join(str(name) for name in table.columns if name != table.geometry.name)
        raise CannotImport(f"{path}: has no column {', '.join(lacking)}; it has: {there}. Is --encoding GBK wanted?")
    if not columns:
        return table
    kept = table[[*dict.fromkeys(columns.values()), table.geometry.name]]
    return kept.rename(columns={theirs: ours for ours, theirs in columns.items()})


def _simplified(table: GeoDataFrame, metres: float) -> GeoDataFrame:
    """Simpler outlines, in a plane of metres; areas as one coverage, so that no slivers open between neighbours."""
    if not metres:
        return table
    plane = table.to_crs(table.estimate_utm_crs())
    areas = plane.geometry.geom_type.isin(("Polygon", "MultiPolygon")).all()
    plane.geometry = plane.geometry.simplify_coverage(metres) if areas else plane.geometry.simplify(metres)
    return plane
