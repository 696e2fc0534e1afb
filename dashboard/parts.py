"""The processes of one machine: which there are, what each waits for, and when a dead one is started again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.settings import Settings

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
CALL_EVERY = 5.0  # seconds between two calls of the parts that run
MOST_MISSED = 12
"""Calls in a row that a part may leave unanswered: a minute, two where each is waited for. Calls are counted and no
clock is read, so that a machine that was suspended has missed one at most."""
STEADY_AFTER = 60.0  # seconds alive after which earlier deaths are forgotten


@dataclass(frozen=True, slots=True)
class Part:
    """One process: `needs` names the parts that must be ready before it starts, `server` parts are stopped last."""

    name: str
    needs: tuple[str, ...] = ()
    server: bool = False


PARTS = (
    Part("kafka", server=True),
    Part("clickhouse", server=True),
    Part("web"),
    Part("ingest", needs=("kafka", "clickhouse")),
    Part("simulate", needs=("kafka",)),
    Part("watch", needs=("clickhouse",)),
)


def wanted(settings: Settings, simulate: bool | None) -> tuple[Part, ...]:
    """The parts this machine runs: no embedded server whose real one is named; the simulator, unless told otherwise,
    only with the embedded broker, so that no invented reading ever reaches a city's own Kafka by accident."""
    absent = set()
    if not settings.kafka_embedded:
        absent.add("kafka")
    if not settings.clickhouse_embedded:
        absent.add("clickhouse")
    if not (settings.kafka_embedded if simulate is None else simulate):
        absent.add("simulate")
    return tuple(
        Part(part.name, tuple(need for need in part.needs if need not in absent), part.server)
        for part in PARTS
        if part.name not in absent
    )


def startable(parts: Iterable[Part], started: Iterable[str], ready: Iterable[str]) -> list[Part]:
    """Parts not yet started whose needs are ready, in order."""
    begun, there = set(started), set(ready)
    return [part for part in parts if part.name not in begun and there.issuperset(part.needs)]


def wait_before_restart(deaths: int) -> float:
    """Seconds before a part that died `deaths` times (from 1) without a steady minute between is started again."""
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (max(deaths, 1) - 1)))


def deaths_after(deaths: int, lived: float) -> int:
    """Deaths to count when a part ends that had died `deaths` times before and now lived `lived` seconds."""
    return 1 if lived >= STEADY_AFTER else deaths + 1


def stop_order(parts: Iterable[Part]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names in the two groups of a clean stop: first those that write, then the servers they write to."""
    every = tuple(parts)
    return tuple(p.name for p in every if not p.server), tuple(p.name for p in every if p.server)


def ports(settings: Settings) -> Mapping[str, int]:
    """Port of each server that this machine starts, by part."""
    taken = {"web": settings.web_port}
    if settings.kafka_embedded:
        taken["kafka"] = settings.kafka_port
    if settings.clickhouse_embedded:
        taken["clickhouse"] = settings.clickhouse_port
    return taken
