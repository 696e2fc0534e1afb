"""The readings of one metric in memory: the answers of sql/readings.sql, slopes.sql and silence.sql without a database.

Rows lie by device and then by time, so that those of all devices within a window are found at once, by bisection. Times
are epoch ms; a window is (since, now]: what is after `now` is not known yet. Pure.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.smoothing import FEWEST, smoothed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNPLACED = (0.0, 0.0, 0, "")  # the database's answer where nobody said a place
HOUR = 3_600_000
WEEK = 7 * 24 * HOUR


class Index:
    """Times by device: `devices[code[i]]` said something at `at[i]`; sorted by code, then by time."""

    def __init__(self, devices: Sequence[str], code: Ints, at: Ints) -> None:
        self.devices, self.code, self.at = devices, code, at
        self._base = int(at.min()) if len(at) else 0
        self._span = int(at.max()) - self._base + 2 if len(at) else 2
        self._firsts = np.arange(len(devices), dtype=np.int64) * self._span
        self._keys = self._firsts[code] + (at - self._base)

    def after(self, time: int) -> Ints:
        """Of each device the row of its first time after `time`; where there is none, the next device's first row."""
        offset = min(max(time - self._base, -1), self._span - 2)
        return np.searchsorted(self._keys, self._firsts + offset, side="right").astype(np.int64)

    def last(self, since: int, now: int) -> Iterator[tuple[str, int]]:
        """The devices that said something within (since, now], each with when it last did."""
        first, end = self.after(since), self.after(now)
        for device in np.flatnonzero(end > first).tolist():
            yield self.devices[device], int(self.at[end[device] - 1])

    def paces(self, since: int, now: int, devices: Container[str]) -> Iterator[tuple[str, float]]:
        """Rows of sql/paces.sql."""
        for device, first, end in zip(self.devices, self.after(since).tolist(), self.after(now).tolist(), strict=True):
            pace = _pace(self.at[first:end]) if device in devices and end > first else None
            if pace is not None:
                yield device, pace


def _pace(at: Ints) -> float | None:
    """Of times in order: from hour to hour the time between the last words, parted among the words of the later."""
    words = np.unique(at)
    _, firsts, counts = np.unique(words // HOUR, return_index=True, return_counts=True)
    gaps = np.sort(np.diff(words[firsts + counts - 1]) / counts[1:])
    return float(gaps[(len(gaps) + 1) // 2 - 1]) if len(gaps) else None


@dataclass(frozen=True, eq=False)
class Recording:
    """Usable readings, one for each (device, time), as columns in the order of `index`.

    `placed[i]` is the row of the device's last reading up to row i that says where it was, -1 if there is none.
    """

    index: Index
    value: Floats
    placed: Ints
    spots: Sequence[tuple[float, float, int, str]]

    def rings(self, now: int, since: int, edges: Sequence[int]) -> list[list[Any]]:
        """Columns of sql/readings.sql: of each device, ring by ring, what it said; `edges` rise, after `since`."""
        cuts = np.stack([self.index.after(time) for time in (since, *edges, now)])
        found = _Pieces(cuts[:-1], cuts[1:])
        if not len(found.first):
            return [[] for _ in range(12)]
        value, starts, last = self.value[found.rows], found.starts, found.end - 1
        return [
            [self.index.devices[device] for device in found.device.tolist()],
            found.ring.tolist(),
            self.index.at[last].tolist(),
            self.value[last].tolist(),
            np.add.reduceat(value, starts).tolist(),
            np.maximum.reduceat(value, starts).tolist(),
            np.minimum.reduceat(value, starts).tolist(),
            (found.end - found.first).tolist(),
            *map(list, zip(*self._spots(found.first, last), strict=True)),
        ]

    def _spots(self, first: Ints, last: Ints) -> Iterator[tuple[float, float, int, str]]:
        for row, placed in zip(first.tolist(), self.placed[last].tolist(), strict=True):
            yield self.spots[placed] if placed >= row else UNPLACED

    def slopes(self, now: int, since: int) -> list[list[Any]]:
        """Columns of sql/slopes.sql: of each device the slope per hour of a line through its readings, and how many."""
        first, end = self.index.after(since), self.index.after(now)
        found = _Pieces(first[None], np.where(end - first >= FEWEST, end, first)[None])
        if not len(found.first):
            return [[], [], []]
        n = found.end - found.first
        x, y = (
            (self.index.at[found.rows] - now) / HOUR,
            smoothed(self.value[found.rows], found.starts, found.starts + n),
        )
        sx, sy, sxx, sxy = (np.add.reduceat(part, found.starts) for part in (x, y, x * x, x * y))
        below = sxx * n - sx * sx
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(below == 0, np.nan, (sxy * n - sx * sy) / below)
        return [[self.index.devices[device] for device in found.device.tolist()], slope.tolist(), n.tolist()]

    def spreads(self, now: int, since: int, q: float) -> list[list[Any]]:
        """Columns of sql/spreads.sql: of each device change, different values, the quantile q, and of how many."""
        found = _Pieces(self.index.after(since)[None], self.index.after(now)[None])
        parts = [self.value[first:end] for first, end in zip(found.first.tolist(), found.end.tolist(), strict=True)]
        return [
            [self.index.devices[device] for device in found.device.tolist()],
            [float(part[-1] - part[0]) for part in parts],
            [float(len(np.unique(part))) for part in parts],
            [float(np.quantile(part, q)) for part in parts],
            [len(part) for part in parts],
        ]

    def samples(self, now: int, since: int, devices: Container[str]) -> Iterator[tuple[Any, ...]]:
        """Rows of sql/samples.sql."""
        firsts, ends = self.index.after(since).tolist(), self.index.after(now).tolist()
        for device, first, end in zip(self.index.devices, firsts, ends, strict=True):
            if device in devices:
                at, value = self.index.at[first:end].tolist(), self.value[first:end].tolist()
                yield from zip(repeat(device), at, value, self.spots[first:end], strict=False)

    def seasons(self, now: int, window: int, weeks: int) -> Iterator[tuple[Any, ...]]:
        """Rows of sql/seasons.sql."""
        slots = [(0, 1), *((week, slot) for week in range(1, weeks + 1) for slot in (0, 1, 2))]
        for week, slot in slots:
            end = now - week * WEEK - (slot - 1) * window
            found = _Pieces(self.index.after(end - window)[None], self.index.after(end)[None])
            for device, first, last in zip(
                found.device.tolist(), found.first.tolist(), found.end.tolist(), strict=True
            ):
                mean, at = float(self.value[first:last].mean()), int(self.index.at[last - 1])
                yield self.index.devices[device], week, slot, mean, at, self.spots[last - 1]


class _Pieces:
    """Runs of rows that are not empty, given by matrices (ring, device) of first and end row.

    `rows` are all their rows, one run after the other; `starts` is where each run begins in it.
    """

    def __init__(self, first: Ints, end: Ints) -> None:
        self.ring, self.device = np.nonzero(end > first)
        self.first, self.end = first[self.ring, self.device], end[self.ring, self.device]
        lengths = self.end - self.first
        self.starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64) if len(lengths) else lengths
        self.rows = np.arange(lengths.sum()) + np.repeat(self.first - self.starts, lengths)


def record(
    index: Index, value: Floats, cell: NDArray[np.uint64], spots: Sequence[tuple[float, float, int, str]]
) -> Recording:
    """A recording of columns in the order of `index`; a cell of 0 is no place."""
    rows = np.arange(len(value), dtype=np.int64)
    placed = np.maximum.accumulate(np.where(cell > 0, rows, -1)) if len(rows) else rows
    first = np.searchsorted(index.code, index.code, side="left")
    return Recording(index, value, np.where(placed >= first, placed, -1), spots)
