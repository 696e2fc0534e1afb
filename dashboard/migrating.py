"""`yiping migrate`: what it prints; the work is done by streams/migrations.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

from rich.cells import cell_len, set_cell_size

from config.read import read_words
from config.settings import SCHEMA, Settings
from config.words import Words
from streams.clickhouse import Database
from streams.keeping import KEPT, wanted
from streams.migrations import State, keep_rows, migrate, plan, states
from streams.parse_fields import DAY, OLDEST

SHORT = 12  # characters of a checksum that a person compares


def run(settings: Settings, status: bool, dry_run: bool) -> Iterator[str]:
    """Lines to print. Raises what streams.migrations.migrate raises."""
    words = read_words(settings.language)
    with closing(Database(settings.database_url)) as database:
        if status:
            yield from table(states(database, SCHEMA), words)
        elif dry_run:
            yield from (line if line.startswith("--") else f"{line};" for line in plan(database, SCHEMA, settings.keep))
        else:
            yield from applied(database, settings, words) or [words("migrate.nothing")]
    if not dry_run:
        yield from short_histories(settings, words)


def applied(database: Database, settings: Settings, words: Words) -> list[str]:
    """Migrates; a line for each file that was applied, and for each table that is kept otherwise than before."""
    names = migrate(database, SCHEMA)
    kept = keep_rows(database, settings.keep)
    lines = [
        words("migrate.kept" if days else "migrate.kept_for_ever", table=table, days=days)
        for table, days in kept.items()
    ]
    return [words("migrate.applied", name=name) for name in names] + lines


def table(found: Sequence[State], words: Words) -> list[str]:
    """A line a migration under a line of headings: number, name, checksum, state."""
    heads = [words(f"migrate.{key}") for key in ("number", "name", "checksum", "state")]
    rows = [heads] + [_row(state, words) for state in found]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(3)]
    return ["  ".join([*(set_cell_size(row[i], widths[i]) for i in range(3)), row[3]]) for row in rows]


def _row(state: State, words: Words) -> list[str]:
    at = "" if state.at is None else f"{datetime.fromtimestamp(state.at / 1000, UTC):%Y-%m-%d %H:%M:%SZ}"
    told = words(f"migrate.states.{state.state}", at=at)
    return [f"{state.version:04}", state.name.partition("_")[2], state.checksum[:SHORT], told]


def short_histories(settings: Settings, words: Words) -> list[str]:
    """A sentence for each table that ends sooner than messages get too old to be taken."""
    oldest, kinds = OLDEST // DAY, {kept.table: kept.kind for kept in KEPT}
    return [
        words("migrate.short_history", table=name, days=days, oldest=oldest)
        for name, (_, days) in wanted(settings.keep).items()
        if 0 < days < oldest and kinds[name] in ("readings", "cases", "events")
    ]
