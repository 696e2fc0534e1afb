"""A database with our tables and a few readings, for the contract tests of alerts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from streams.clickhouse import Database
from tests.contract.blank_part import Blanks


@dataclass
class Town:
    """Writes rows as ingest would; times are epoch ms."""

    database: Database
    url: str = ""
    _offsets: Iterator[int] = field(default_factory=count)

    def read(
        self,
        metric: str,
        device: str,
        points: dict[int, float],
        *,
        district: str = "",
        cell: int = 0,
        source: str = "",
        received: int = 0,
    ) -> None:
        """Readings of a device: value by time; received when they were said, or all at one time."""
        size = len(points)
        lat, lon = (36.6, 101.7) if cell else (math.nan, math.nan)
        self.database.insert(
            "readings",
            {
                "at": list(points), "device": [device] * size, "metric": [metric] * size,
                "value": list(points.values()), "quality": [""] * size,
                "lat": [lat] * size, "lon": [lon] * size, "cell": [cell] * size,
                "district": [district] * size, "source": [source] * size,
                "received": [received or at for at in points],
                "epoch": ["t"] * size, "partition": [0] * size, "offset": [next(self._offsets) for _ in points],
                "item": [0] * size,
            },
        )  # fmt: skip

    def case(
        self,
        case: str,
        stage: str,
        at: int,
        *,
        due: int | None = None,
        cell: int = 0,
        district: str = "",
        received: int = 0,
    ) -> None:
        """One step of a case."""
        self.database.insert(
            "case_steps",
            {
                "case": [case], "at": [at], "stage": [stage], "lat": [36.6], "lon": [101.7], "cell": [cell],
                "district": [district], "due": [due], "received": [received or at], "epoch": ["t"], "partition": [0],
                "offset": [next(self._offsets)], "item": [0],
            },
        )  # fmt: skip


@pytest.fixture
def town(blanks: Blanks) -> Iterator[Town]:
    """A database with our tables and nothing in them."""
    with blanks.one() as database:
        yield Town(database, blanks.address(database.name))
