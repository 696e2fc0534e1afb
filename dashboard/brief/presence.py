"""Where the data of a day has holes: from counts in spans of ten minutes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

SPAN = 600_000  # ms
SHORTEST_GAP = 3  # spans: 30 minutes, twice the slowest source's interval (air, 5 min; backfill, 10 min) and to spare

Hole = tuple[int, int]
"""[first, end) in spans."""


def holes(present: Set[int], first: int, end: int) -> list[Hole]:
    """Runs of at least SHORTEST_GAP spans in [first, end) that are not present."""
    found: list[Hole] = []
    start = first
    for span in [*sorted(span for span in present if first <= span < end), end]:
        if span - start >= SHORTEST_GAP:
            found.append((start, span))
        start = span + 1
    return found


def gaps(spans: Mapping[str, Set[int]], first: int, end: int) -> list[tuple[str, Hole]]:
    """Holes of everything (metric '') and those of a metric that lie outside them, longest first."""
    common = holes(_union(spans.values()), first, end)
    own = [
        (metric, hole)
        for metric, present in sorted(spans.items())
        for hole in holes(present, first, end)
        if not any(low <= hole[0] and hole[1] <= high for low, high in common)
    ]
    return sorted([("", hole) for hole in common] + own, key=lambda gap: (gap[1][0] - gap[1][1], gap[0]))


def _union(sets: Iterable[Set[int]]) -> set[int]:
    return {span for one in sets for span in one}
