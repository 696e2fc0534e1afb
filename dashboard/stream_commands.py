"""`yiping streams`: list them, and let a held one go on."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from config.read import read_city, read_words
from config.settings import read_settings
from dashboard.plain import plain_errors
from streams.records import STREAMS

app = typer.Typer(invoke_without_command=True, help="Streams of messages: what waits, and which are held.")
Stream = enum.StrEnum("Stream", {stream: stream for stream in STREAMS})  # type: ignore[misc]  # theirs are the names


@app.callback()
def streams(context: typer.Context) -> None:
    """List the streams: how many messages wait, and which are held because too many were turned away."""
    if context.invoked_subcommand is None:
        from dashboard.flow import listed

        with plain_errors():
            settings = read_settings()
            for line in listed(settings, read_words(settings.language), read_city(settings.city).zone):
                typer.echo(line)


@app.command("release")
def streams_release(
    stream: Annotated[Stream, typer.Argument(help="The stream that goes on.")],
    skip: Annotated[bool, typer.Option("--skip", help="Pass over what waits now, for good.")] = False,
    by: Annotated[str, typer.Option(help="Who says so; kept with the order.")] = "",
) -> None:
    """Let a held stream go on, with a fresh window, once its source is mended."""
    from dashboard.flow import release

    with plain_errors():
        settings = read_settings()
        typer.echo(release(settings, str(stream), skip, by, read_words(settings.language)))
