"""`yiping schema`: what a message must look like, for programs and for those who write them."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from streams.records import STREAMS, Stream


def print_schema(
    stream: Annotated[str, typer.Argument(help=f"One of {', '.join(STREAMS)}; all of them unless told.")] = "",
) -> None:
    """Print the JSON Schema of the messages, with a description of every field and examples."""
    from streams.schema import every_schema, schema

    typer.echo(json.dumps(schema(_known(stream)) if stream else every_schema(), ensure_ascii=False, indent=2))


def _known(stream: str) -> Stream:
    for one in STREAMS:
        if one == stream:
            return one
    raise typer.BadParameter(f"{stream!r} is none of {', '.join(STREAMS)}")
