"""Named areas in the database: drawn and ended by appending; nothing is overwritten."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from layers.area import REASON_LONGEST, Area, fault, read_ring, write_ring
from layers.asking import Answering, question
from layers.grid import CityGrid
from layers.moments import from_ms, to_ms
from streams.clickhouse import Database

_ONE_AT_A_TIME = threading.Lock()


class AreaRefused(ValueError):
    """It may not be kept, or not be ended; `why` is a key below `atlas_area.refused`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


FOR_EVER = 7_258_118_400_000
"""Epoch ms of the year 2200."""


def drawn(database: Answering) -> tuple[Area, ...]:
    """All areas that ever were, the oldest first. Raises as Database.ask."""
    return tuple(map(_area, database.ask(question("areas"), now_ms=FOR_EVER).rows()))


def every(database: Answering, now: datetime) -> tuple[Area, ...]:
    """All areas drawn until `now`, ended ones too, the oldest first. Raises as Database.ask."""
    return tuple(map(_area, database.ask(question("areas"), now_ms=to_ms(now)).rows()))


def areas(database: Answering, now: datetime) -> tuple[Area, ...]:
    """Those in force at `now`: drawn, and not ended. Raises as Database.ask."""
    return tuple(one for one in every(database, now) if one.ended is None)


def _area(row: Mapping[str, Any]) -> Area:
    at = from_ms(row["drawn_ms"])
    assert at is not None  # noqa: S101 - the question gives drawn ones only
    return Area(
        row["area"], row["its_name"], read_ring(row["its_ring"]), row["its_owner"], row["its_reason"], at,
        from_ms(max(row["ended_ms"], 0)), row["ended_by"],
    )  # fmt: skip


def keep(database: Database, grid: CityGrid, wanted: Area, now: datetime) -> Area:
    """Append an area under an id of its own; the same one again is the one that is there.

    Raises AreaRefused, DatabaseUnavailable, QueryFailed.
    """
    named = {key: getattr(wanted, key).strip() for key in ("name", "owner", "reason")}
    area = replace(wanted, id=uuid.uuid4().hex[:12], at=now, ring=read_ring(write_ring(wanted.ring)), **named)
    why = fault(area, grid)
    if why:
        raise AreaRefused(why)
    with _ONE_AT_A_TIME:
        others = areas(database, now)
        twin = next((one for one in others if _same(one, area)), None)
        if twin is None and any(one.name == area.name for one in others):
            raise AreaRefused("taken")
        if twin is None:
            _append(database, "drawn", area, now)
    return twin or area


def _same(known: Area, area: Area) -> bool:
    return replace(known, id=area.id, at=area.at) == area


def end(database: Database, area: str, actor: str, reason: str, now: datetime) -> Area:
    """End an area now: rules and new silences can no longer name it. One that is ended stays as it is.

    Raises AreaRefused, DatabaseUnavailable, QueryFailed.
    """
    if not actor.strip():
        raise AreaRefused("owner")
    if len(reason) > REASON_LONGEST:
        raise AreaRefused("reason_long")
    with _ONE_AT_A_TIME:
        found = next((one for one in every(database, now) if one.id == area), None)
        if found is None:
            raise AreaRefused("unknown")
        if found.ended is not None:
            return found
        _append(database, "ended", replace(found, owner=actor.strip(), reason=reason.strip()), now)
    return replace(found, ended=now, ended_by=actor.strip())


def _append(database: Database, kind: str, area: Area, now: datetime) -> None:
    row = {
        "at": to_ms(now), "area": area.id, "kind": kind, "name": area.name, "ring": write_ring(area.ring),
        "owner": area.owner, "reason": area.reason,
    }  # fmt: skip
    database.insert("areas", {name: [value] for name, value in row.items()})
