"""`yiping devices check` and `yiping devices list`."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from config.read import read_city, read_words
from config.settings import CITIES, read_settings
from dashboard.plain import plain_errors

app = typer.Typer(no_args_is_help=True, help="The registry of devices.")


@app.command()
def check(file: Annotated[Path | None, typer.Argument(help="A devices.csv; the city's own if absent.")] = None) -> None:
    """Read a file of devices as `ingest` would, and say every mistake with its line, column and mend."""
    from dashboard.device_lists import check as run
    from streams.map_files import read_places
    from streams.registrar import FILE

    with plain_errors():
        settings = read_settings()
        path = file or CITIES / settings.city / FILE
        places, now = read_places(read_city(settings.city)), round(datetime.now(UTC).timestamp() * 1000)
        for line in run(path, read_words(settings.language), now, places):
            typer.echo(line)


@app.command("list")
def listed(
    unknown: Annotated[bool, typer.Option("--unknown", help="Those heard in 24 hours that nobody registered.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Registered ones not heard, a line a cause.")] = False,
) -> None:
    """List the registered devices; or those that are not, or those that are silent."""
    from dashboard import device_lists
    from streams.clickhouse import Database

    with plain_errors():
        settings, now = read_settings(), datetime.now(UTC)
        words = read_words(settings.language)
        with closing(Database(settings.database_url)) as database:
            if unknown:
                lines = device_lists.unknown(database, words, now)
            elif silent:
                lines = device_lists.silent(database, words, now)
            else:
                lines = list(device_lists.every(database, words))
            typer.echo("\n".join(lines))
