"""`yiping devices`: a file of devices checked, and what the registry holds, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from rich.cells import cell_len

from config.faults import Fault
from config.words import Words
from dashboard.ops.devices import span
from dashboard.ops.table import known
from dashboard.telling import NOTHING, ago
from layers import registered
from layers.devices import Nowhere, Silence, Unknown, causes
from streams.clickhouse import Database
from streams.device_file import Registered, read_devices
from streams.places import Places

PAGE = 10_000
MOST_UNKNOWN = 100_000


def check(file: Path, words: Words, now: int, places: Places | None = None) -> list[str]:
    """What a devices.csv holds and what it leaves open; where it is told where the city is, who stands outside.

    Raises WrongDevices, or Fault when it cannot be read.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Fault(words("devices.no_file", file=str(file), why=error.strerror or str(error))) from None
    found = read_devices(content, str(file), now)
    return told(found, words) + (strays(found, places, words) if places else [])


def strays(found: Sequence[Registered], places: Places, words: Words) -> list[str]:
    """A line for the devices outside every district, one for those that are inside only the other way round."""
    spots = [(one.entry, places(one.entry.lat, one.entry.lon)) for one in found]
    outside = [entry.device for entry, (cell, district) in spots if cell and not district]
    turned = [entry.device for entry, _ in spots if (entry.lat, entry.lon) in places.mirrored]
    return [
        words(f"devices.{what}", n=len(some), some=", ".join(some[:3]))
        for what, some in (("outside", outside), ("turned", turned))
        if some
    ]


def told(found: Sequence[Registered], words: Words) -> list[str]:
    """A line for the whole, and one for each thing that some devices lack."""
    active = [one.entry for one in found if one.entry.metrics]
    metrics = sum(len(entry.metrics) for entry in active)
    lines = [words("devices.right", devices=len(active), metrics=metrics, retired=len(found) - len(active))]
    lacking = (
        ("place", [entry.device for entry in active if entry.lat is None]),
        ("interval", [entry.device for entry in active if not entry.interval]),
    )
    return lines + [
        words(f"devices.without.{what}", n=len(some), some=", ".join(some[:3])) for what, some in lacking if some
    ]


def adrift(found: Iterable[Nowhere], words: Words) -> list[str]:
    """A sentence for each way in which devices lie nowhere: how many, which, and what places them."""
    return [words(f"devices.nowhere.{one.why}", n=f"{one.devices:,}", some=_names(one)) for one in found]


def _names(one: Nowhere) -> str:
    more = [f"+{one.devices - len(one.some):,}"] if one.devices > len(one.some) else []
    return ", ".join([*map(_plain, one.some), *more])


def every(database: Database, words: Words) -> Iterator[str]:
    """The registered devices, a line each, headed."""
    after, first = "", True
    while rows := registered.registered(database, after, PAGE):
        lines = columns(
            (words(f"devices.head.{key}") for key in ("device", "kind", "metrics", "interval", "gateway", "owner")),
            (
                (
                    row["device"], row["kind"], ",".join(row["metrics"]), f"{row['interval_s'] or NOTHING}",
                    row["gateway"] or NOTHING, row["owner"] or NOTHING,
                )
                for row in rows
            ),
        )  # fmt: skip
        yield from lines if first else lines[1:]
        after, first = rows[-1]["device"], False
    if first:
        yield words("devices.none")


def unknown(database: Database, words: Words, now: datetime) -> list[str]:
    """Devices of the last 24 hours that nobody registered."""
    found = registered.strangers(database, now, MOST_UNKNOWN).first
    if not found:
        return [words("devices.all_known")]
    heads = (words(f"devices.head.{key}") for key in ("device", "metric", "readings", "last", "where"))
    return columns(heads, (_unknown(one, words, now) for one in found))


def _unknown(one: Unknown, words: Words, now: datetime) -> tuple[str, ...]:
    where = NOTHING if one.lat is None else f"{one.lat:.5f},{one.lon:.5f}"
    return one.device, one.metric, str(one.readings), ago(now - one.last, words), where


def silent(database: Database, words: Words, now: datetime) -> list[str]:
    """Registered devices that are not heard, a line a cause."""
    gateways, (_, watched) = registered.silent(database, now), registered.counted(database)
    if not gateways:
        return [words("devices.all_heard", n=watched)]
    heads = (words(f"devices.head.{key}") for key in ("what", "device", "devices", "interval", "last"))
    return columns(heads, (_silent(line, words, now) for line in causes(gateways, watched)))


def _silent(line: Silence, words: Words, now: datetime) -> tuple[str, ...]:
    what = words(f"devices.scope.{line.scope}")
    if line.quiet is not None:
        what = known(f"metric.{line.quiet.kind}", line.quiet.kind, words) or what
    last = ago(now - line.last, words) if line.last else words("ops.silent.never")
    interval = span(line.quiet.interval, words) if line.quiet else NOTHING
    return what, line.id or NOTHING, str(line.devices), interval, last


def columns(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines whose cells stand under each other; a Chinese character is two wide."""
    lines = [tuple(heads), *(tuple(map(_plain, row)) for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _plain(cell: str) -> str:
    """Without what would steer the terminal: whoever can send a message can name a device."""
    return "".join(one if one.isprintable() else "?" for one in cell)
