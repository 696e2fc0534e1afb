"""`yiping city check` and `yiping city import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.faults import Fault
from config.read import read_words
from config.settings import read_settings
from dashboard.plain import plain_errors

app = typer.Typer(no_args_is_help=True, help="Profiles of cities.")


@app.callback()
def cities() -> None:
    """Profiles of cities."""


@app.command()
def check(city: Annotated[str | None, typer.Argument(help="Its id; YIPING_CITY if absent.")] = None) -> None:
    """Read a profile with its map files, and say what is wrong or missing: code 1 if anything is wrong."""
    from dashboard.city_check import run
    from layers.city_check import verdict

    with plain_errors():
        settings = read_settings()
        findings = list(run(city or settings.city, settings, read_words(settings.language)))
        raise typer.Exit(verdict(findings))


@app.command("import")
def take_in(  # noqa: PLR0913, PLR0917 - an option each
    source: Annotated[Path, typer.Argument(help="Shapefile, GeoPackage, FileGDB, KML or GeoJSON.")],
    to: Annotated[Path, typer.Option(help="The map file to make, such as districts.geojson.")],
    column: Annotated[list[str] | None, typer.Option(help="OURS=THEIRS, such as adcode=XZQDM; once for each.")] = None,
    layer: Annotated[str | None, typer.Option(help="Of a file with several.")] = None,
    crs: Annotated[str | None, typer.Option(help="Of a file that says none, such as EPSG:4490.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of its texts, such as GBK.")] = None,
    simplify: Annotated[float, typer.Option(min=0, help="Metres; borders in common stay in common.")] = 0.0,
    force: Annotated[bool, typer.Option(help="Write over the file that is there.")] = False,
) -> None:
    """Make a map file of a profile (GeoJSON, WGS-84) out of a bureau's file in any format and coordinate system."""
    from dashboard.city_import import Wish, import_map

    with plain_errors():
        if to.exists() and not force:
            raise Fault(f"{to} is there already; name another with --to, or write over it with --force")
        words = read_words(read_settings().language)
        made = import_map(source, Wish(_columns(column or []), layer, crs, encoding, simplify))
        to.write_text(made.text, "utf-8")
        kb = round(len(made.text.encode()) / 1000)
        typer.echo(words("city.imported", n=made.things, file=to, kb=kb, crs=made.crs))
        if made.shapeless:
            typer.echo(words("city.shapeless", n=made.shapeless))


def _columns(told: list[str]) -> dict[str, str]:
    """Theirs by ours. Raises Fault for one that is not OURS=THEIRS."""
    pairs = [one.partition("=") for one in told]
    for ours, sign, theirs in pairs:
        if not (ours and sign and theirs):
            raise Fault(f"--column {ours}{sign}{theirs}: write OURS=THEIRS, such as adcode=XZQDM")
    return {ours: theirs for ours, _, theirs in pairs}
