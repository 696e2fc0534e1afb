"""The command line `yiping`: one command for each process, and a few for people."""

from __future__ import annotations

import datetime as dt
import enum
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from config.faults import Fault
from config.read import read_city, read_words
from config.settings import Settings, read_settings, strangers
from dashboard.backtest_command import backtest
from dashboard.city_commands import app as city_app
from dashboard.device_commands import app as devices_app
from dashboard.plain import plain_errors
from dashboard.process import configure_log, stop_on_signals, stop_with_supervisor
from dashboard.rules_commands import app as rules_app
from dashboard.schema_command import print_schema
from dashboard.silence_commands import app as silence_app
from dashboard.stream_commands import app as streams_app

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="一屏: a city's one screen."
)
app.add_typer(rules_app, name="rules")
app.add_typer(streams_app, name="streams")
app.add_typer(city_app, name="city")
app.add_typer(devices_app, name="devices")
app.add_typer(silence_app, name="silence")
app.command()(backtest)
app.command(name="schema")(print_schema)


@app.callback()
def begin(context: typer.Context) -> None:
    """Say on stderr which settings do nothing; `doctor` has them among its findings, children leave it to `up`."""
    if context.invoked_subcommand != "doctor":
        for text in strangers():
            typer.echo(text, err=True)


DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder for everything this machine keeps.")]


class Stream(enum.StrEnum):
    """The four streams."""

    iot = "iot"
    cases = "cases"
    events = "events"
    devices = "devices"


class Format(enum.StrEnum):
    """What a brief can be written as."""

    html = "html"
    pdf = "pdf"


def settings_with(data: Path | None) -> Settings:
    """Settings of the environment, with the data folder of the command line when it was given."""
    settings = read_settings()
    return settings if data is None else replace(settings, data=data.expanduser().absolute())


def _shell(run: Callable[..., None], data: Path | None, *more: object) -> None:
    """Runs one process of ours until it is told to stop."""
    with plain_errors():
        configure_log()
        settings = settings_with(data)
        run(settings, read_city(settings.city), stop_on_signals(settings.supervisor), *more)


@app.command()
def up(
    data: DataFolder = None,
    simulate: Annotated[
        bool | None, typer.Option(help="Invent a city's messages (default: only with the embedded broker).")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every line of every part's log.")] = False,
) -> None:
    """Start everything on this machine, and keep it running until Ctrl-C."""
    from dashboard.up import up as run

    with plain_errors():
        settings = settings_with(data)
        run(settings, read_city(settings.city), read_words(settings.language), simulate=simulate, verbose=verbose)


@app.command()
def web(data: DataFolder = None) -> None:
    """Serve the screens and the API."""
    from dashboard.web import run

    _shell(run, data)


@app.command()
def ingest(data: DataFolder = None) -> None:
    """Bring messages from Kafka into ClickHouse."""
    from streams.ingest import run

    _shell(run, data)


@app.command()
def watch(data: DataFolder = None) -> None:
    """Evaluate the rules and journal every transition."""
    from alerts.watch import run

    _shell(run, data)


@app.command()
def simulate(
    data: DataFolder = None,
    anchor: Annotated[
        dt.datetime | None,
        typer.Option(help="Start of the invented world, UTC; the first storm begins 2 minutes later."),
    ] = None,
    backfill_hours: Annotated[
        int, typer.Option(min=0, max=168, help="Hours of history to publish at first start.")
    ] = 24,
) -> None:
    """Publish the messages of an invented but believable city."""
    from streams.simulate import run

    _shell(run, data, anchor.replace(tzinfo=dt.UTC) if anchor else None, backfill_hours)


@app.command()
def kafka(data: DataFolder = None) -> None:
    """Run the embedded Kafka broker on loopback."""
    from streams.embedded_kafka import serve

    with plain_errors():
        configure_log()
        settings = settings_with(data)
        stop_with_supervisor(settings.supervisor)
        serve("127.0.0.1", settings.kafka_port, settings.data / "kafka", settings.topic_prefix)


@app.command()
def clickhouse(data: DataFolder = None) -> None:
    """Run the embedded ClickHouse on loopback."""
    from streams.embedded_clickhouse import serve

    with plain_errors():
        configure_log()
        settings = settings_with(data)
        stop_with_supervisor(settings.supervisor)
        serve(settings.data / "clickhouse", "127.0.0.1", settings.clickhouse_port)


@app.command()
def migrate(
    data: DataFolder = None,
    status: Annotated[bool, typer.Option("--status", help="Change nothing; list the changes, how they stand.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; print what would be run.")] = False,
) -> None:
    """Bring the database's tables up to date, and keep their rows as long as the settings say."""
    from dashboard.migrating import run

    with plain_errors():
        for line in run(settings_with(data), status, dry_run):
            typer.echo(line)


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="A file of the source, or of messages; - is standard input.")],
    source: Annotated[
        str, typer.Option(help="The source that maps the file (`yiping sources`); with --topic, who sends it.")
    ] = "",
    topic: Annotated[
        Stream | None, typer.Option(help="Send messages as they are: JSON lines, a JSON array, a CAP file.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Messages a second; as fast as possible if absent.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing; show the first messages.")] = False,
    shift_to: Annotated[
        str | None, typer.Option(metavar="TIME", help="For trials: move all times so that the newest is TIME, or now.")
    ] = None,
) -> None:
    """Send a file to Kafka and say what ingest makes of it; code 1 if any of it is rejected, 2 if it cannot be sent."""
    from dashboard.publishing import run

    with plain_errors():
        settings = read_settings()
        summary = run(settings, str(file), (topic.value if topic else None, source), (rate, dry_run, shift_to))
        raise typer.Exit(1 if summary.tally.rejects else 0)


@app.command()
def follow(
    source: Annotated[str, typer.Option(help="The source that names the topic and maps its messages.")],
    data: DataFolder = None,
) -> None:
    """Map a foreign Kafka topic to ours as it grows, until stopped."""
    from streams.follow import run

    _shell(run, data, source)


@app.command()
def sources() -> None:
    """List the sources that this city can map, and say what is wrong with their files."""
    from dashboard.publishing import listed

    with plain_errors():
        settings = read_settings()
        for line in listed(read_city(settings.city), read_words(settings.language), settings.topic_prefix):
            typer.echo(line)


@app.command()
def brief(
    date: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the city; yesterday if absent.")
    ] = None,
    format: Annotated[Format, typer.Option(help="html or pdf.")] = Format.pdf,
    out: Annotated[Path | None, typer.Option(help="File to write; standard output if absent.")] = None,
    language: Annotated[str | None, typer.Option(help="zh-CN or en.")] = None,
    data: DataFolder = None,
) -> None:
    """Write the leader's page of one day."""
    from dashboard.brief.write import write

    with plain_errors():
        settings = settings_with(data)
        day = date.date() if date else None
        content = write(settings, day, format.value, language or settings.language, dt.datetime.now(dt.UTC))
        if out is None:
            sys.stdout.buffer.write(content)
        else:
            _write(out, content)
            typer.echo(f"{out}: {len(content):,} bytes")


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Fault(f"{out} cannot be written: {error.strerror}") from None


@app.command()
def doctor(data: DataFolder = None) -> None:
    """Look at every part from outside, and say what is wrong and what to do."""
    from dashboard.doctor import examine

    with plain_errors():
        well, settings = True, settings_with(data)
        words = read_words(settings.language)
        for finding in examine(settings):
            typer.echo(f"{words('doctor.ok' if finding.well else 'doctor.bad')} {finding.text}")
            well &= finding.well
        raise typer.Exit(0 if well else 1)


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
