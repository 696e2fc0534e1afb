"""What a Prometheus reads of this city: one registry of our own, filled anew at each scrape. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Gauge, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Figures:
    """The figures of one scrape; what is None or missing is left out, for absent is not zero.

    Ages in s; `alerts` by level and `hidden` ones by why; `lag`, `held` (1 or 0), `rows_15min` and `delay` by stream;
    `rejects` by (stream, reason); `corrections` by verdict.
    """

    ready: bool
    snapshot_age: float | None = None
    snapshot_seconds: float | None = None
    screens: int | None = None
    alerts: Mapping[str, int] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    unacknowledged: int | None = None
    lag: Mapping[str, float] = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)
    rows_15min: Mapping[str, float] = field(default_factory=dict)
    delay: Mapping[str, float] = field(default_factory=dict)
    rejects: Mapping[tuple[str, str], int] = field(default_factory=dict)
    heartbeat_age: Mapping[str, float] = field(default_factory=dict)
    corrections: Mapping[str, int] = field(default_factory=dict)


def exposition(figures: Figures) -> bytes:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    for name, text, value in _single(figures):
        if value is not None:
            Gauge(name, text, registry=registry).set(value)
    for name, text, label, values in _labelled(figures):
        _family(registry, name, text, (label,), (((key,), value) for key, value in values.items()))
    _family(
        registry,
        "yiping_rejects",
        "Messages turned away and kept (90 days)",
        ("stream", "reason"),
        figures.rejects.items(),
    )
    return generate_latest(registry)


def _single(figures: Figures) -> tuple[tuple[str, str, float | None], ...]:
    return (
        ("yiping_ready", "1 when /readyz says ready", float(figures.ready)),
        ("yiping_snapshot_age_seconds", "Age of the last good snapshot", figures.snapshot_age),
        ("yiping_snapshot_seconds", "How long the last snapshot took", figures.snapshot_seconds),
        ("yiping_screens", "Screens connected to the live stream", figures.screens),
        ("yiping_alerts_unacknowledged", "Shown alerts nobody has acknowledged", figures.unacknowledged),
    )


def _labelled(figures: Figures) -> tuple[tuple[str, str, str, Mapping[str, float]], ...]:
    return (
        ("yiping_alerts_open", "Open alerts that are shown, by level", "level", figures.alerts),
        ("yiping_alerts_hidden", "Open alerts that are hidden, by why", "why", figures.hidden),
        ("yiping_stream_lag_messages", "Messages not read yet", "stream", figures.lag),
        ("yiping_stream_held", "1 when no more is read: too much was turned away", "stream", figures.held),
        ("yiping_stream_rows_15min", "Rows stored in the last 15 minutes", "stream", figures.rows_15min),
        ("yiping_stream_delay_seconds", "Age of the newest event", "stream", figures.delay),
        ("yiping_corrections", "Corrections after late data in force, by verdict", "verdict", figures.corrections),
        ("yiping_heartbeat_age_seconds", "Age of a process' last sign of life", "process", figures.heartbeat_age),
    )


def _family(
    registry: CollectorRegistry,
    name: str,
    text: str,
    labels: tuple[str, ...],
    values: Iterable[tuple[tuple[str, ...], float]],
) -> None:
    family = Gauge(name, text, labels, registry=registry)
    for key, value in values:
        family.labels(*key).set(value)
