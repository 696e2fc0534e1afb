"""What `yiping publish` shows: a bar while it reads, the first messages of a dry run, and the counts by reason."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from config.city import CityProfile
from config.faults import Fault
from config.read import read_city, read_source, read_sources, read_words
from config.settings import Settings
from config.words import LANGUAGES, Words
from dashboard.metric_names import close
from dashboard.telling import printable
from streams.feed_tally import Example, Tally
from streams.map_files import read_places
from streams.publish import Manner, SpreadOverLines, Summary, publish, publish_source
from streams.publish import Progress as Told
from streams.records import Stream

STRANGE = 5
"""Metrics nobody knows that the summary names; how many more there are stands below."""


class BadOption(Fault, ValueError):
    """The command line says what cannot be done; the text says what to write."""


def run(
    settings: Settings, file: str, what: tuple[Stream | None, str], how: tuple[float | None, bool, str | None]
) -> Summary:
    """Publish a file and show what came of it. `what`: stream (None: mapped) and source; `how`: rate, dry, shift to."""
    (stream, source), (rate, dry, shift_to) = what, how
    words, profile = read_words(settings.language), read_city(settings.city)
    if stream is None and not source:
        raise BadOption(words("publish.neither"))
    if stream is not None and shift_to is not None:
        raise BadOption(words("publish.only_source", option="--shift-to"))
    mapping = read_source(profile.id, source, prefix=settings.topic_prefix) if stream is None else None
    with bar(words, file) as watcher:
        manner = Manner(rate, dry, read_places(profile), moment(shift_to, words), watcher)
        if mapping is None:
            summary = _as_it_is(settings, file, stream or "iot", (manner, source), words)
        else:
            summary = publish_source(settings, file, source, mapping, manner)
    topic = settings.topic(mapping.topic if mapping else stream or "")
    by_line = mapping is not None and mapping.format != "json"
    show(Outcome(source or file, topic, summary, manner, by_line), words)
    return summary


def _as_it_is(settings: Settings, file: str, stream: Stream, how: tuple[Manner, str], words: Words) -> Summary:
    try:
        return publish(settings, file, stream, *how)
    except SpreadOverLines:
        raise BadOption(words("publish.spread", file=file)) from None


@contextmanager
def bar(words: Words, file: str) -> Iterator[Told | None]:
    """Something to tell how far it is; None when nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()),
        TextColumn("{task.fields[counts]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(words("publish.reading"), total=_size(file), counts="")
        yield lambda read, tally: progress.update(task, completed=read, counts=_counts(words, tally))


def _size(file: str) -> int | None:
    """Bytes of a file; None of a pipe, whose end nobody knows."""
    path = Path(file)
    return path.stat().st_size if file != "-" and path.is_file() else None


def _counts(words: Words, tally: Tally) -> str:
    return words("publish.counts", messages=f"{tally.messages:,}", rejected=f"{tally.rejects:,}")


def moment(text: str | None, words: Words) -> int | None:
    """Epoch ms of `now` or of an ISO 8601 time with offset. Raises BadOption."""
    if text is None:
        return None
    if text == "now":
        return round(time.time() * 1000)
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        at = dt.datetime.min  # noqa: DTZ901 - it has no offset, as is asked next
    if at.tzinfo is None:
        raise BadOption(words("publish.bad_shift", text=text))
    return round(at.timestamp() * 1000)


@dataclass(frozen=True)
class Outcome:
    """What `told` puts into words. `by_line`: examples stand at lines of the file, else they are counted."""

    name: str
    topic: str
    summary: Summary
    manner: Manner
    by_line: bool


def show(outcome: Outcome, words: Words) -> None:
    """The summary on stdout; of a dry run the first messages before it."""
    for line in (*_first(outcome.summary, words), *told(outcome, words)):
        typer.echo(line)


def _first(summary: Summary, words: Words) -> Iterator[str]:
    if summary.first:
        yield words("publish.first", n=len(summary.first))
        yield from (one.decode("utf-8", "backslashreplace") for one in summary.first)


def told(outcome: Outcome, words: Words) -> Iterator[str]:
    """Lines of the summary."""
    summary, tally, dry = outcome.summary, outcome.summary.tally, outcome.manner.dry
    yield words(
        "publish.dry" if dry else "publish.sent",
        name=outcome.name,
        topic=outcome.topic,
        records=f"{tally.records:,}",
        messages=f"{tally.messages:,}",
        seconds=f"{summary.seconds:.1f}",
        rate=f"{tally.messages / max(summary.seconds, 0.001):,.0f}",
    )
    if outcome.manner.shift_to is not None:
        at = dt.datetime.fromtimestamp(outcome.manner.shift_to / 1000, dt.UTC).isoformat(timespec="seconds")
        yield words("publish.shifted", at=at)
    yield from _shares(tally, words, outcome.by_line)
    if tally.unplaced:
        yield words("publish.unplaced", n=f"{tally.unplaced:,}")
    yield from _strange(tally, words)
    if tally.rejects and not dry:
        yield words("publish.see")


def _strange(tally: Tally, words: Words) -> Iterator[str]:
    """Metrics that nobody knows, most readings first: they are kept, and no layer, rule or figure asks for them."""
    own = _asked_for() if tally.strange else frozenset()
    strange = [(metric, count) for metric, count in tally.strange.most_common() if metric not in own]
    for metric, count in strange[:STRANGE]:
        keys = close(metric, [read_words(language) for language in LANGUAGES])
        told = words("publish.join").join(words("publish.metric", key=key, name=words(f"metric.{key}")) for key in keys)
        meant = words("publish.meant", keys=told) if keys else ""
        yield words("publish.strange", metric=printable(metric.encode()), n=f"{count:,}", meant=meant)
    if len(strange) > STRANGE:
        yield words("publish.strange_more", n=f"{len(strange) - STRANGE:,}")
    if strange:
        yield words("publish.strange_kept")


def _asked_for() -> frozenset[str]:
    """Metrics that a rule looks at, whether we know them or not: a city may have its own."""
    from alerts.rulebook import entries

    return frozenset(watch.metric for one in entries() if one.rule for watch in one.rule.readings)


def _shares(tally: Tally, words: Words, by_line: bool) -> Iterator[str]:
    yield _count(words("publish.accepted"), tally.accepted)
    yield _count(words("publish.mended"), tally.mended)
    yield _count(words("publish.flagged"), tally.flagged)
    for mark, count in tally.marks.most_common():
        yield _reason(count, mark, words, f"publish.mark.{mark}")
    yield _count(words("publish.rejected"), tally.rejects)
    for reason, count in tally.rejected.most_common():
        yield _reason(count, reason, words, f"ops.reason.{reason}")
        yield from (_example(one, words, by_line) for one in tally.examples[reason])
    yield _count(words("publish.skipped"), tally.skipped)


def _count(label: str, count: int) -> str:
    return f"  {label}{' ' * (10 - cell_len(label))}{count:>12,}"


def _reason(count: int, key: str, words: Words, text: str) -> str:
    return f"{count:>24,}  {key:<20} {words(text) if words.has(text) else ''}".rstrip()


def _example(example: Example, words: Words, by_line: bool) -> str:
    numbered = words("publish.line" if by_line else "publish.number", line=f"{example.line:,}")
    return f"{'':26}{numbered}: {example.detail}"


def listed(profile: CityProfile, words: Words, prefix: str = Settings.topic_prefix) -> Iterator[str]:
    """A line for each source that this city has. Raises ConfigError when a file of sources is wrong."""
    for name, source in sorted(read_sources(profile.id, prefix=prefix).items()):
        yield words(
            "publish.listed",
            name=f"{name:<20}",
            topic=f"{source.topic:<7}",
            format=f"{source.format:<6}",
            about=words.name(source.about),
        )
