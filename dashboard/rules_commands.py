"""`yiping rules check`, `yiping rules test` and `yiping rules schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from config.read import read_city, read_words
from config.settings import read_settings
from dashboard.plain import plain_errors

app = typer.Typer(no_args_is_help=True, help="Rules that raise warnings.")

Files = Annotated[list[Path] | None, typer.Argument(help="Rule files; all of config/rules if absent.")]


@app.command()
def check(files: Files = None) -> None:
    """Read rule files as `watch` would, and say what is wrong (code 2) or worth a look, with lines."""
    from dashboard.rule_findings import check as run

    with plain_errors():
        words = read_words(read_settings().language)
        count, warnings = run(files or (), words)
        for line in warnings:
            typer.echo(line, err=True)
        typer.echo(words("rules.right", n=count))


@app.command("test")
def judge(
    files: Annotated[list[Path], typer.Argument(help="Files of tests, such as tests/rules/water.yaml.")],
    rules: Annotated[list[Path] | None, typer.Option(help="Rule files, if the tests name none.")] = None,
    city: Annotated[str | None, typer.Option(help="Whose stations and districts; YIPING_CITY if absent.")] = None,
) -> None:
    """Run tests of rules: code 0 when all came as expected, 1 when not, 2 when a file cannot be used."""
    from dashboard.rule_tests import report, run

    with plain_errors():
        settings = read_settings()
        words = read_words(settings.language)
        found = [
            one for file in files for one in run(file, tuple(rules or ()), read_city(city or settings.city), words)
        ]
        for line in report(found, words):
            typer.echo(line)
        raise typer.Exit(0 if all(one.verdict.right for one in found) else 1)


@app.command()
def schema() -> None:
    """Print the JSON Schema (2020-12) of rule files, for editors and for programs that write rules."""
    from alerts.ruleschema import schema as made

    typer.echo(json.dumps(made(), ensure_ascii=False, indent=2))
