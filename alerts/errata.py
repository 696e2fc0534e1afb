"""The corrections of the journal: appended beside it, and read from there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from alerts.alert import Spot
from alerts.corrections import Correction, Lateness
from alerts.episodes import Episode
from alerts.hearing import Answering
from streams.clickhouse import Database, Question

SQL = Path(__file__).parent / "sql"
CORRECTIONS = Question.load(SQL, "corrections")
LONG_AGO, FAR_OFF = 0, 1 << 42  # epoch ms


def append(database: Database, corrections: Sequence[Correction]) -> None:
    """Append corrections, all in one insert. Raises DatabaseUnavailable, QueryFailed: then they may be there or not."""
    if corrections:
        rows = [_row(one) for one in corrections]
        database.insert("alert_corrections", {name: [row[name] for row in rows] for name in rows[0]})


def corrections(  # noqa: PLR0913 - each narrows what is asked
    database: Answering,
    *,
    alert: str = "",
    rule: str = "",
    places: Iterable[str] = (),
    since: int = LONG_AGO,
    until: int = FAR_OFF,
    found: int = LONG_AGO,
) -> tuple[Correction, ...]:
    """What was found after `found` and speaks of a time from `since` to `until` (epoch ms), oldest time first.

    Those that another took the place of are among them (corrections.in_force). Raises DatabaseUnavailable, QueryFailed.
    """
    narrow = {"alert": alert, "rule": rule, "places": sorted(places)}
    rows = database.ask(CORRECTIONS, **narrow, since_ms=since, until_ms=until, found_ms=found).rows()
    return tuple(map(_correction, rows))


def _row(one: Correction) -> dict[str, Any]:
    said = {f"{name}_{key}": value for name in ("now", "told") for key, value in _said(getattr(one, name)).items()}
    spot, late = one.spot, one.lateness
    return said | {
        "found": one.found,
        "correction": one.id,
        "previous": one.previous,
        "rule": one.rule,
        "version": one.version,
        "place": one.place,
        "alerts": list(one.named),
        "verdict": one.verdict,
        "at": one.at,
        "stream": late.stream,
        "device": late.device,
        "devices": late.devices,
        "readings": late.readings,
        "late_ms": late.late,
        "lat": math.nan if spot.lat is None else spot.lat,
        "lon": math.nan if spot.lon is None else spot.lon,
        "cell": spot.cell,
        "district": spot.district,
    }


def _said(one: Episode | None) -> dict[str, Any]:
    if one is None:
        return {"level": "", "peak": None, "since": None, "until": None}
    return {"level": one.level, "peak": one.peak, "since": one.since, "until": one.until}


def _correction(row: Mapping[str, Any]) -> Correction:
    lat, lon, cell, district = row["spot"]
    spot = Spot(_degrees(lat), _degrees(lon), cell, district)
    stream, readings, device, devices, late = row["late"]
    told = _episode(row["told"], row["alerts"], spot)
    return Correction(
        found=row["found_ms"],
        at=row["at_ms"],
        rule=row["its_rule"],
        version=row["version"],
        place=row["place"],
        verdict=row["its_verdict"],
        now=_episode(row["now"], (), spot),
        told=told,
        lateness=Lateness(stream, readings, device, devices, late),
        previous=row["previous"],
        missed=row["alerts"][0] if told is None and row["alerts"] else "",
    )


def _episode(said: Sequence[Any], alerts: Sequence[str], spot: Spot) -> Episode | None:
    level, peak, since, until = said
    return Episode(level, since, until, peak, tuple(alerts), spot) if level else None


def _degrees(value: float) -> float | None:
    return value if math.isfinite(value) else None
