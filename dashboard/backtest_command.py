"""The command `yiping backtest`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.settings import read_settings
from dashboard.plain import plain_errors

Messages = list[str] | None


def backtest(  # noqa: PLR0913, PLR0917 - options of a command line
    rules: Annotated[list[Path] | None, typer.Option(help="Rule files; all of config/rules if absent.")] = None,
    iot: Annotated[Messages, typer.Option(help="Readings: JSON lines or a JSON array; - is standard input.")] = None,
    cases: Annotated[Messages, typer.Option(help="Steps of cases.")] = None,
    events: Annotated[Messages, typer.Option(help="Events, also a CAP file.")] = None,
    source: Annotated[str, typer.Option(help="The source that maps the file of its topic (`yiping sources`).")] = "",
    database: Annotated[bool, typer.Option("--database", help="What was stored, instead of files.")] = False,
    first: Annotated[str, typer.Option("--from", metavar="TIME", help="First look; else the first reading.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="TIME", help="Last look; else the last reading.")] = "",
    every: Annotated[str, typer.Option(help="Time between two looks.")] = "30s",
    summary: Annotated[
        bool, typer.Option("--summary", help="Add a last line that says how good the rules were.")
    ] = False,
    labels: Annotated[
        Path | None, typer.Option(help="When it really was so: JSON lines {from, to, rule?, place?}.")
    ] = None,
    city: Annotated[
        str, typer.Option(help="Whose places; then what lies outside is not used. YIPING_CITY if absent.")
    ] = "",
) -> None:
    """Run rules over history and print each transition as a line of JSON; code 1 if a rule failed, 2 for bad input."""
    from dashboard.backtest import Backtest, Wanted

    with plain_errors():
        files = {"iot": iot or (), "cases": cases or (), "events": events or ()}
        times, how = (database, first, last, every), (summary or labels is not None, labels, city)
        test = Backtest(Wanted(files, tuple(rules or ()), source, *times, *how), read_settings())  # type: ignore[arg-type]
        said = 0
        for line in test.lines():
            said = _tell(test.remarks, said)
            typer.echo(line)
        _tell(test.remarks, said)
        raise typer.Exit(1 if test.failed else 0)


def _tell(remarks: list[str], said: int) -> int:
    for remark in remarks[said:]:
        typer.echo(remark, err=True)
    return len(remarks)
