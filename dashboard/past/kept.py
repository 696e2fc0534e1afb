"""What is kept of the past, and what of a moment is not: an empty city and a forgotten one look alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

PARTS = ("readings", "cases", "events", "alerts", "beats")
"""What is kept for a time of its own; `beats` are the signs of life of the processes."""


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
        """The parts that are kept, but not of this moment. What was never written is not missing.

        Signs of life are missing where there are none: of a process that nobody hears is not known that it was dead.
        """
        late = tuple(part for part in PARTS[:-1] if part in self.since and at < self.since[part])
        return late if self.beats(at) else (*late, "beats")

    def beats(self, at: datetime) -> bool:
        """Whether it is known of a moment which processes lived."""
        return "beats" in self.since and at >= self.since["beats"]
