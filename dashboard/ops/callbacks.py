"""The operations screen's one callback: looks again at each pulse, in a thread."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from config.read import read_words
from config.words import Words
from dashboard.corrected import lately
from dashboard.device_lists import adrift
from dashboard.inflow import Looks
from dashboard.languages import language_of
from dashboard.ops import devices, ids, machine, processes, ready, rejects, sources
from dashboard.ops.report import Report, report
from dashboard.telling import Teller
from dashboard.trust import frozen_sentence
from dashboard.vitals import troubles, unsaid, wrong
from layers.devices import Nowhere
from streams.clickhouse import DatabaseUnavailable

if TYPE_CHECKING:
    from dashboard.context import Context
    from dashboard.state import Moment
    from layers.geometry import City

PACKAGES = ("yiping", "dash", "plotly", "chdb-core", "clickhouse-driver", "kafka-python", "h3", "maplibre")
OUTPUTS = (
    ids.READY, ids.STREAMS, ids.REJECTS, ids.SAMPLES, ids.PROCESSES, ids.SILENT, ids.UNKNOWN,
    ids.RULES, ids.GAPS, ids.SNAPSHOT, ids.DISK, ids.VERSIONS,
)  # fmt: skip


def register(app: Dash, context: Context) -> None:
    """Adds the callback to the app."""

    @app.callback(
        [Output(part, "children") for part in OUTPUTS], Input(ids.PULSE, "children"), Input(ids.URL, "search")
    )
    async def look(_pulse: object, search: str | None) -> list[Any]:
        moment, now = context.state.moment, context.state.now()
        words = read_words(language_of(search, context.settings.language))
        silent = unanswered(moment, words, context.profile.zone)
        if silent:  # or the page would be empty for as long as a question waits
            found = Report(now, failures={"database": silent}, slow=moment.error is None)
        else:
            found = await asyncio.to_thread(report, context.database, context.settings.data, now, chosen(search))
        parts = screen(found, moment, context, words, chosen(search))
        return [parts[part] for part in OUTPUTS]


def unanswered(moment: Moment, words: Words, zone: tzinfo) -> str:
    """Since when the database answers nobody, as a sentence; '' while it does, and while something else is wrong."""
    other = moment.error is not None and DatabaseUnavailable.__name__ not in moment.error
    return "" if other else frozen_sentence(moment, words, zone)


def chosen(search: str | None) -> tuple[str, str] | None:
    """The (stream, reason) whose samples the address asks for."""
    asked = parse_qs((search or "").lstrip("?"))
    if "reason" not in asked:
        return None
    return asked.get("stream", [""])[0], asked["reason"][0]


def screen(
    found: Report, moment: Moment, context: Context, words: Words, reject: tuple[str, str] | None
) -> Mapping[str, Any]:
    """Each part's children by id; a part that could not be asked says so."""
    zone, now, city = context.profile.zone, found.now, context.profile
    files, lost = wrong(now, found.beats or ()), found.nowhere or ()
    untold = unsaid(now, found.beats or ())
    district = _district(context.city, words)
    teller = Teller(context.rulebook, context.city, words)

    def part(asked: object, draw: Callable[[Any], Component]) -> Component:
        return _broken(found, words) if asked is None else draw(asked)

    return {
        ids.READY: ready.ready(_troubles(found, moment), words, _gaps(files, lost, untold, words)),
        ids.STREAMS: sources.sources(moment.snapshot, found.accepted, words, zone, now),
        ids.REJECTS: part(found.turned, lambda turned: rejects.rejects(turned, reject, words, zone, now)),
        ids.SAMPLES: rejects.samples(found.samples, words, zone, now) if found.samples else None,
        ids.PROCESSES: part(found.beats, lambda beats: processes.processes(beats, words, now)),
        ids.SILENT: _silent(moment, context, words),
        ids.UNKNOWN: part(found.strangers, lambda these: devices.unknown(these, words, district, (now, zone))),
        ids.RULES: html.Div(
            [
                part(found.beats, lambda beats: processes.rules(beats, words, untold)),
                part(found.corrections, lambda these: lately(these, found.looks or Looks(), teller)),
            ]
        ),
        ids.GAPS: machine.gaps(city, words, files, adrift(lost, words)),
        ids.SNAPSHOT: machine.snapshot(moment, words),
        ids.DISK: machine.disk(found.free, found.sizes, words),
        ids.VERSIONS: machine.versions(running()),
    }


def _gaps(files: Iterable[str], lost: Sequence[Nowhere], untold: Mapping[str, str], words: Words) -> Iterator[str]:
    if untold:
        yield words("ops.gaps.unsaid")
    yield from (words("ops.gaps.wrong", file=file) for file in files)
    if lost:
        yield words("ops.gaps.nowhere", n=f"{sum(one.devices for one in lost):,}")


def _silent(moment: Moment, context: Context, words: Words) -> Component:
    """Silent devices as of the last picture."""
    fleet = moment.snapshot.devices if moment.snapshot else None
    if fleet is not None:
        return devices.silent(fleet, words, _district(context.city, words))
    failures = moment.snapshot.failures if moment.snapshot else ()
    why = next((one for one in failures if one.startswith("devices:")), "")
    told = words("ops.broken", what=why) if why else words("ops.streams.waiting")
    return html.P(told, className="ops-none bad" if why else "ops-none")


def _district(city: City, words: Words) -> devices.District:
    """Names districts of the city by adcode; '' outside."""

    def name(adcode: str) -> str:
        found = city.district(adcode)
        return words.name(found.name) if found else ""

    return name


def _troubles(found: Report, moment: Moment) -> tuple[Any, ...]:
    taken = moment.snapshot.now if moment.snapshot else None
    beats = found.beats or ()
    answered = found.beats is not None
    return troubles(
        found.now,
        database=answered,
        snapshot_at=taken,
        error=moment.error,
        beats=beats,
        free=moment.free,
        slow=found.slow,
    )


def _broken(found: Report, words: Words) -> Component:
    what = found.failures.get("database") or "; ".join(found.failures.values())
    return html.P(words("ops.broken", what=what), className="ops-none bad")


@cache
def running() -> Mapping[str, str]:
    """Names and versions of Python and of the packages that matter; one that is not installed is left out."""
    found = {"python": sys.version.split()[0]}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
