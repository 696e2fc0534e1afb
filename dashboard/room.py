"""How much room there is where the rows are kept: who writes there cannot tell of a full disk, so web looks itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from streams.clickhouse import Database, DatabaseUnavailable, QueryFailed, Question

if TYPE_CHECKING:
    from config.settings import Settings

DISKS = Question.load(Path(__file__).parent / "sql", "disks")


def free_bytes(settings: Settings, database: Database) -> Callable[[], int | None]:
    """Asks for the free bytes of the data folder, or of a real server's fullest disk; None when it cannot be known."""
    if settings.clickhouse_embedded:
        return lambda: _here(settings.data)
    return lambda: _there(database)


def _here(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _there(database: Database) -> int | None:
    try:
        found = database.ask(DISKS).column("free")
    except (DatabaseUnavailable, QueryFailed):
        return None
    return int(found[0]) if found else None
