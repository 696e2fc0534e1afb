"""Errors of a command, as the person at the terminal needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from config.faults import Fault


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors that a person can mend are one sentence on stderr and exit code 2; all others keep their traceback."""
    try:
        yield
    except Fault as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
