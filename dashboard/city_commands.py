"""`yiping city check`."""

from __future__ import annotations

from typing import Annotated

import typer

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
