"""`yiping silence add`, `list` and `end`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from config.read import read_city, read_words
from config.settings import read_settings
from dashboard.plain import plain_errors

if TYPE_CHECKING:
    from dashboard.telling import Teller
    from streams.clickhouse import Database

app = typer.Typer(no_args_is_help=True, help="Silences and maintenance windows: what nobody is told of, until when.")


@app.command()
def add(  # noqa: PLR0913, PLR0917 - an option each
    owner: Annotated[str, typer.Option(help="Who keeps it quiet; must be there.")] = "",
    reason: Annotated[str, typer.Option(help="Why; must be there.")] = "",
    rule: Annotated[str, typer.Option(help="Key of a rule. What is given must all match; one must be given.")] = "",
    scenario: Annotated[str, typer.Option(help="emergency, water or urban.")] = "",
    place: Annotated[str, typer.Option(help="Id of a device, a cell or a district: the alert's place.")] = "",
    district: Annotated[str, typer.Option(help="Name or adcode.")] = "",
    area: Annotated[str, typer.Option(help="Name or id of a named area.")] = "",
    level: Annotated[str, typer.Option(help="The worst level that it hides; red only when you say so.")] = "orange",
    start: Annotated[str, typer.Option("--from", help="When it begins: 22:00, 2026-11-23 09:00; now if absent.")] = "",
    until: Annotated[str, typer.Option(help="When it ends; or use --for.")] = "",
    span: Annotated[str, typer.Option("--for", help="How long: 30m, 2h, 1d; 30 days at most.")] = "",
    maintenance: Annotated[bool, typer.Option("--maintenance", help="A maintenance window, and called so.")] = False,
    every: Annotated[str, typer.Option(help="day or week: maintenance that comes again, with --times.")] = "",
    times: Annotated[int, typer.Option(help="How often in all.")] = 1,
) -> None:
    """Keep quiet what matches, at once or later; the same as on the desk and in /api/silences."""
    from dashboard import silencing

    of = {"rule": rule, "scenario": scenario, "place": place, "district": district, "area": area}
    asked = silencing.Asked(owner, reason, start, until, span, maintenance, level, every, times, of)
    _said(lambda database, teller, now: silencing.add(database, asked, teller, now))


@app.command("list")
def listed() -> None:
    """List those that run, are to come, or ended within the last day."""
    from dashboard import silencing

    _said(silencing.listed)


@app.command()
def end(
    ids: Annotated[list[str], typer.Argument(help="Ids from the list; of a series the part before the - is enough.")],
    by: Annotated[str, typer.Option(help="Who ends it; must be there.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """End them before their time."""
    from dashboard import silencing

    _said(lambda database, teller, now: silencing.end(database, ids, (by, reason), teller, now))


def _said(act: Callable[[Database, Teller, datetime], list[str]]) -> None:
    from alerts.rulebook import read_rulebook
    from dashboard.telling import Teller
    from layers.geometry import load_city
    from streams.clickhouse import Database

    with plain_errors():
        settings = read_settings()
        teller = Teller(read_rulebook(), load_city(read_city(settings.city)), read_words(settings.language))
        with closing(Database(settings.database_url)) as database:
            for line in act(database, teller, datetime.now(UTC)):
                typer.echo(line)
