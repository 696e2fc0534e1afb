"""Who works: each process' last sign of life, its state and last error. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from config.words import Words
from dashboard.ops.sources import age
from dashboard.ops.table import facts, known, table
from dashboard.telling import NOTHING
from dashboard.vitals import Beat, newest

COLUMNS = ("process", "instance", "seen", "state", "error")


def processes(beats: Sequence[Beat], words: Words, now: datetime) -> Component:
    """One row an instance, newest first within a process."""
    if not beats:
        return html.P(words("ops.processes.empty"), className="ops-none bad")
    heads = [words(f"ops.processes.{key}") for key in COLUMNS]
    return table(words("ops.processes.title"), heads, [_row(beat, words, now) for beat in beats], numbers=(2,))


def _row(beat: Beat, words: Words, now: datetime) -> list[Any]:
    fresh = beat.fresh(now)
    state = known(f"ops.state.{beat.state}", beat.state, words) if fresh else words("ops.processes.gone")
    return [
        known(f"ops.part.{beat.process}", beat.process, words),
        html.Code(beat.instance),
        age(beat.at),
        html.Span(state, className="" if fresh else "late"),
        html.Span(beat.error, className="bad") if beat.error else words("ops.processes.none"),
    ]


def rules(beats: Sequence[Beat], words: Words, untold: Mapping[str, str]) -> Component:
    """What the watch process says of its last evaluation; `untold` are the notices that it cannot make."""
    beat = newest(beats, "watch")
    if beat is None:
        return html.P(words("ops.rules.unseen"), className="ops-none bad")
    seconds, failed = beat.detail.get("seconds"), beat.detail.get("failed") or []
    return facts(
        (
            (words("ops.rules.count"), str(beat.detail.get("rules", NOTHING))),
            (words("ops.rules.seconds"), words("ops.unit.s", n=f"{seconds:.3f}") if seconds is not None else NOTHING),
            (words("ops.rules.failed"), _failed(failed, words)),
            *((words("ops.rules.unsaid"), _failed([f"{who}: {why}"], words)) for who, why in untold.items()),
        )
    )


def _failed(failed: Sequence[object], words: Words) -> Component | str:
    if not failed:
        return words("ops.rules.none")
    return html.Span("; ".join(str(one) for one in failed), className="bad")
