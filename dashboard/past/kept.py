"""What is kept of the past, and what of a moment is not: an empty city and a forgotten one look alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

PARTS = ("readings", "beats")
"""What people are told of when it is not there: measured values, and the signs of life of the processes. Where there
is no case and no warning yet, none may have been; but a city without readings is not a calm one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Since when anything is kept of each part; a part that is not named was never written."""

    since: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def earliest(self) -> datetime | None:
        """The first moment of which there is a picture; None without any data."""
        return min((at for part, at in self.since.items() if part != "beats"), default=None)

    def nothing(self, at: datetime) -> bool:
        """Whether nothing at all is kept of a moment: then there is no picture of it."""
        return self.earliest is None or at < self.earliest

    def lacks(self, at: datetime) -> tuple[str, ...]:
        """The parts of PARTS of which nothing is kept at this moment."""
        return tuple(part for part in PARTS if part not in self.since or at < self.since[part])

    def beats(self, at: datetime) -> bool:
        """Whether it is known of a moment which processes lived; else nobody says that one was dead."""
        return "beats" not in self.lacks(at)
