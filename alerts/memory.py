"""Messages held in memory instead of the database: the same questions, the same answers. Pure.

`alerts/measures.py` asks a `Memory` as it asks a database, so a back-test sees what `watch` would have seen. Each
question that measures.py asks has its twin here: a test asks both, and another fails for a question without a twin.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.beside import Beside
from alerts.docket import CaseRow, Docket
from alerts.recordings import Floats, Index, Ints, Recording, record
from layers.area import write_ring
from streams.question import Answer, Question

Columns = Mapping[str, Sequence[Any]]
"""Columns of a table, all equally long; `usable` of readings stands for the alias of the table."""

READINGS = ("at", "device", "metric", "value", "usable", "lat", "lon", "cell", "district", "received", "offset", "item")
CASES = ("at", "offset", "case", "stage", "due", "cell", "district", "lat", "lon")


class Memory:
    """Rows of `readings` and `case_steps`, in any order, by the columns READINGS and CASES; {} when there are none.

    `beside` is what is known of devices, events and rejects.
    """

    def __init__(self, readings: Columns, cases: Columns, beside: Beside | None = None) -> None:
        self._recordings, self._heard = _recordings(readings) if readings else ({}, {})
        self._beside = beside or Beside()
        self._docket = Docket(map(CaseRow, *(cases[name] for name in CASES)) if cases else ())

    def ask(self, question: Question, **params: Any) -> Answer:
        """The answer to a question of alerts/measures.py. Raises KeyError for one that has no twin here."""
        return ANSWERS[question.name](self, **params)

    # the names of parameters and columns are those of the .sql files

    def readings(self, metric: str, now_ms: int, since_ms: int, edges: Sequence[int]) -> Answer:
        found = self._recordings.get(metric)
        names = ("device", "ring", "at_ms", "last", "total", "most", "least", "readings", *_SPOT)
        return _answer(names, found.rings(now_ms, since_ms, edges) if found else [[] for _ in names])

    def heard(self, metrics: Sequence[str], now_ms: int, since_ms: int) -> Answer:  # noqa: ARG002 - it need not be exact
        """alerts/sql/heard.sql, but for the time: to ask `readings` of a metric that was silent lately costs little."""
        return _answer(("heard",), [[metric for metric in metrics if metric in self._recordings]])

    def slopes(self, metric: str, now_ms: int, from_ms: int) -> Answer:
        found = self._recordings.get(metric)
        return _answer(("device", "slope", "readings"), found.slopes(now_ms, from_ms) if found else [[], [], []])

    def spreads(self, metric: str, now_ms: int, from_ms: int, q: float) -> Answer:
        found = self._recordings.get(metric)
        names = ("device", "change", "distinct", "quantile", "readings")
        return _answer(names, found.spreads(now_ms, from_ms, q) if found else [[] for _ in names])

    def registry_state(self) -> Answer:
        return _answer(("entries", "received_ms"), [[len(self._beside.marks)], [0]])

    def device_marks(self, metric: str) -> Answer:
        """Marks by device, of those that the history was given."""
        told = {device: marks[metric] for device, marks in self._beside.marks.items() if metric in marks}
        return _answer(("device", "marks"), [list(told), [json.dumps(marks) for marks in told.values()]])

    def areas(self, now_ms: int) -> Answer:  # noqa: ARG002 - what is in force today is taken to have been there always
        """layers/sql/areas.sql."""
        rows = [(one.id, one.name, write_ring(one.ring), one.owner, one.reason, 1, 0, "") for one in self._beside.areas]
        return _turned(_AREAS, rows)

    def silence(self, now_ms: int, since_ms: int, silent_ms: int, **_: int) -> Answer:
        rows = []
        for metric, index in self._heard.items():
            last = dict(index.last(since_ms, now_ms))
            quiet = [(one, at, self._beside.interval(one)) for one, at in last.items() if at <= silent_ms]
            rows += [(metric, len(last), quiet)] if last else []
        return _turned(("its_metric", "devices", "quiet"), rows)

    def paces(self, metrics: Sequence[str], devices: Sequence[str], now_ms: int, since_ms: int, **_: int) -> Answer:
        asked = {metric: self._heard[metric] for metric in metrics if metric in self._heard}
        rows = [
            (metric, *one) for metric, index in asked.items() for one in index.paces(since_ms, now_ms, set(devices))
        ]
        return _turned(("its_metric", "its_device", "pace_ms"), rows)

    def cases_staged(self, now_ms: int, since_ms: int, stage: str) -> Answer:
        return _turned(_TALLIES, self._docket.staged(since_ms, now_ms, stage))

    def cases_due(self, now_ms: int, since_ms: int, from_ms: int, until_ms: int) -> Answer:
        return _turned(_TALLIES, self._docket.due(since_ms, now_ms, from_ms, until_ms))

    def cases_weeks(self, window_ms: int, weeks: Sequence[int], ends_ms: Sequence[int]) -> Answer:
        ends = dict(zip(weeks, ends_ms, strict=True))
        return _turned((*_TALLIES[:2], "week", *_TALLIES[2:]), self._docket.weeks(window_ms, ends))

    def cases_known(self, now_ms: int, weeks: int) -> Answer:
        return _turned(("week",), self._docket.known(weeks, now_ms))

    def seasons(self, metric: str, now_ms: int, window_ms: int, weeks: int, hours: Sequence[int]) -> Answer:  # noqa: ARG002 - the hours only spare the database work
        found = self._recordings.get(metric)
        names = ("device", "week", "slot", "mean", "newest_ms", "spot")
        return _turned(names, list(found.seasons(now_ms, window_ms, weeks)) if found else [])

    def samples(self, metric: str, now_ms: int, from_ms: int, devices: Sequence[str]) -> Answer:
        found = self._recordings.get(metric)
        names = ("device", "at_ms", "said", "spot")
        return _turned(names, list(found.samples(now_ms, from_ms, set(devices))) if found else [])

    def references(self, now_ms: int) -> Answer:
        return _turned(("message", "event"), list(self._beside.references(now_ms)))

    def warnings(self, now_ms: int, since_ms: int, follows: Sequence[str], firsts: Sequence[str]) -> Answer:
        found = self._beside.warnings(since_ms, now_ms, dict(zip(follows, firsts, strict=True)))
        return _turned(("its_event", "said", "told_ms", "spot"), list(found))

    def rejected(self, now_ms: int, since_ms: int) -> Answer:
        return _turned(("its_stream", "its_reason", "messages"), list(self._beside.rejected(since_ms, now_ms)))

    def marked(self, now_ms: int, since_ms: int, mark: str) -> Answer:
        return _turned(("its_metric", "devices", "marked"), list(self._beside.marked(since_ms, now_ms, mark)))

    def devices_silent(self, now_ms: int, since_ms: int, most_s: float, **_: object) -> Answer:
        heard: dict[str, int] = {}
        for index in self._heard.values():
            for device, at in index.last(since_ms, now_ms):
                heard[device] = max(at, heard.get(device, 0))
        return _turned(_SILENT, list(self._beside.silent(heard, now_ms, most_s)))

    def looks(self, now_ms: int) -> Answer:  # noqa: ARG002 - nothing is kept beside the messages
        return _turned(("looked_ms", "closed_ms", "noted_ms"), [(0, 0, 0)])

    def devices_count(self, most_s: float) -> Answer:
        return _turned(("registered", "watched"), [self._beside.count(most_s)])

    def newest_case_step(self, now_ms: int, since_ms: int) -> Answer:
        return _answer(("at_ms",), [[self._docket.newest(since_ms, now_ms)]])


ANSWERS: Mapping[str, Callable[..., Answer]] = {
    "readings": Memory.readings,
    "heard": Memory.heard,
    "registry_state": Memory.registry_state,
    "slopes": Memory.slopes,
    "spreads": Memory.spreads,
    "device_marks": Memory.device_marks,
    "silence": Memory.silence,
    "paces": Memory.paces,
    "areas": Memory.areas,
    "cases_staged": Memory.cases_staged,
    "cases_due": Memory.cases_due,
    "cases_weeks": Memory.cases_weeks,
    "cases_known": Memory.cases_known,
    "seasons": Memory.seasons,
    "samples": Memory.samples,
    "references": Memory.references,
    "warnings": Memory.warnings,
    "rejected": Memory.rejected,
    "marked": Memory.marked,
    "devices_silent": Memory.devices_silent,
    "looks": Memory.looks,
    "devices_count": Memory.devices_count,
    "newest_case_step": Memory.newest_case_step,
}
"""By name of the question: the twins of alerts/sql."""
_SILENT = (
    *("gateway", "devices", "silent", "newest_ms", "silent_devices", "kinds"),
    *("names_zh", "names_en", "districts", "intervals", "lasts"),
)
_AREAS = ("area", "its_name", "its_ring", "its_owner", "its_reason", "drawn_ms", "ended_ms", "ended_by")
_SPOT = ("spot_lat", "spot_lon", "spot_cell", "spot_district")
_TALLIES = ("cell", "district", "cases", "middle_lat", "middle_lon")


def _answer(names: tuple[str, ...], columns: Sequence[Sequence[Any]]) -> Answer:
    return Answer(names, tuple(columns))


def _turned(names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> Answer:
    return _answer(names, list(zip(*rows, strict=True)) or [()] * len(names))


def _recordings(readings: Columns) -> tuple[dict[str, Recording], dict[str, Index]]:
    """By metric: usable readings, one for each (device, time); and when each device was heard, usable or not."""
    table = _Table(readings)
    usable = table.once(table.usable)
    return (
        {metric: table.recording(usable[table.metric[usable] == code]) for code, metric in enumerate(table.metrics)},
        {metric: table.index(table.of(code)) for code, metric in enumerate(table.metrics)},
    )


class _Table:
    """Rows of readings, sorted by metric, device, time and arrival."""

    def __init__(self, readings: Columns) -> None:
        self.metrics, metric = _coded(readings["metric"])
        self.devices, device = _coded(readings["device"])
        at, arrival = _ints(readings["at"]), _arrival(readings)
        order = np.lexsort((arrival, at, device, metric))
        self.metric, self.device, self.at = metric[order], device[order], at[order]
        self.usable = np.asarray(readings["usable"], np.bool_)[order]
        self._value = np.asarray(readings["value"], np.float64)[order]
        self._cell = np.asarray(readings["cell"], np.uint64)[order]
        lat, lon = (np.asarray(readings[name], np.float32)[order].astype(np.float64) for name in ("lat", "lon"))
        districts, district = _coded(readings["district"])
        self._lat, self._lon, self._districts, self._district = lat, lon, districts, district[order]

    def once(self, wanted: NDArray[np.bool_]) -> Ints:
        """The wanted rows; of those of the same metric, device and time only the one that came last."""
        rows = np.flatnonzero(wanted)
        same = np.ones(max(len(rows) - 1, 0), np.bool_)
        for column in (self.metric, self.device, self.at):
            same &= column[rows[1:]] == column[rows[:-1]]
        return rows[~np.append(same, False)] if len(rows) else rows

    def of(self, metric: int) -> Ints:
        first, end = np.searchsorted(self.metric, [metric, metric + 1])
        return np.arange(first, end)

    def index(self, rows: Ints) -> Index:
        codes, code = np.unique(self.device[rows], return_inverse=True)
        return Index([self.devices[one] for one in codes.tolist()], code.astype(np.int64), self.at[rows])

    def recording(self, rows: Ints) -> Recording:
        cell = self._cell[rows]
        districts = map(self._districts.__getitem__, self._district[rows].tolist())
        spots = zip(self._lat[rows].tolist(), self._lon[rows].tolist(), cell.tolist(), districts, strict=True)
        value: Floats = self._value[rows]
        return record(self.index(rows), value, cell, list(spots))


def _ints(values: Sequence[int]) -> Ints:
    return np.asarray(values, np.int64)


def _arrival(readings: Columns) -> Ints:
    """What the questions sort by when a reading came twice (sql/readings.sql)."""
    received, offset, item = (_ints(readings[name]) for name in ("received", "offset", "item"))
    return received * 4_194_304 + offset % 4_096 * 1_024 + item % 1_024


def _coded(values: Sequence[str]) -> tuple[list[str], Ints]:
    """Each different text once, and its number for every row."""
    codes: dict[str, int] = {}
    numbers = [codes.setdefault(value, len(codes)) for value in values]
    return list(codes), _ints(numbers)
