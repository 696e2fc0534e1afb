"""From the city's moment to what /api answers with. Pure."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import h3.api.basic_int as h3

from alerts.alert import LEVELS, instant, rank
from dashboard import answers, quieted
from dashboard.inflow import Sample, Turned
from dashboard.telling import Teller, printable
from dashboard.vitals import behind, late
from layers.catalog import WALL, layer

if TYPE_CHECKING:
    from alerts.alert import Action, Alert, Transition
    from dashboard.state import Moment
    from layers.grid import CityGrid
    from layers.picture import Kpi, Snapshot, Source

SAME = (
    "id", "rule", "state", "level", "place", "district", "since", "changed", "value", "threshold", "latest", "peak",
    "reason", "observed", "lat", "lon",
)  # fmt: skip
"""What an alert's answer has as the alert has it."""
SHOWN = 1500
"""Bytes of a rejected message in its preview."""


def action(found: Action) -> answers.ActionOut:
    return answers.ActionOut(at=found.at, kind=found.kind, actor=found.actor, text=found.text)


def alert(found: Alert, teller: Teller, moment: Moment | None = None) -> answers.AlertOut:
    """An alert with its sentences in the teller's language; with a moment, also why nobody is told of it."""
    return answers.AlertOut(
        **{name: getattr(found, name) for name in SAME},
        scenario=teller.rule(found).scenario,
        unit=teller.rule(found).unit,
        headline=teller.headline(found),
        explanation=teller.sentence(found),
        place_name=teller.place(found),
        cell=h3.int_to_str(found.cell) if found.cell else None,
        acknowledged=action(found.acknowledged) if found.acknowledged else None,
        actions=tuple(map(action, found.actions)),
        quiet=quiet(found, teller, moment) if moment else None,
        witness=witness(found),
    )


def witness(found: Alert) -> answers.WitnessOut | None:
    """The reading that the alert's level stands on, and those after it."""
    one = found.witness
    if one is None:
        return None
    later = {
        name: None if at is None else instant(at) for name, at in (("confirmed", one.confirmed), ("denied", one.denied))
    }
    return answers.WitnessOut(state=one.word, device=one.device, at=instant(one.at), **later)


def quiet(found: Alert, teller: Teller, moment: Moment) -> answers.QuietOut | None:
    """Why nobody is told of an alert; None when notices speak of it."""
    verdict = moment.verdict(found)
    if verdict.why is None:
        return None
    return answers.QuietOut(
        why=verdict.why,
        hidden=not verdict.shown,
        text=quieted.why(verdict, moment.alerts, teller, teller.city.profile.zone, moment.at),
        silence=verdict.quiet.id if verdict.quiet else None,
        by=verdict.by or None,
        until=verdict.quiet.ends if verdict.quiet else None,
        opened=verdict.opened,
    )


def transition(found: Transition) -> answers.TransitionOut:
    """A change of state with its times as times."""
    return answers.TransitionOut(
        at=instant(found.at),
        alert=found.alert,
        rule=found.rule,
        place=found.place,
        before=found.before,
        after=found.after,
        value=found.value,
        threshold=found.threshold,
        reason=found.reason,
        observed=None if found.observed is None else instant(found.observed),
    )


def alerts(
    moment: Moment, teller: Teller, history: Sequence[Transition] | None, now: datetime, limit: int
) -> answers.AlertsOut:
    """Everything open at the moment, and the transitions asked for; as many as `limit` are a page of them."""
    return answers.AlertsOut(
        at=moment.snapshot.now if moment.snapshot else moment.at,
        stale=moment.error is not None or moment.snapshot is None or behind(now, moment.snapshot.now),
        error=moment.error,
        alerts=tuple(alert(one, teller, moment) for one in moment.alerts),
        hidden=moment.hidden_why,
        transitions=None if history is None else tuple(map(transition, history)),
        next_since=instant(history[-1].at) if history and len(history) >= limit else None,
    )


def incidents(moment: Moment, teller: Teller) -> answers.IncidentsOut:
    """Open alerts that are shown, grouped by district and scenario, worst first; beside each how many are hidden."""
    groups: dict[tuple[str, str], list[Alert]] = {}
    for one in moment.shown:
        groups.setdefault((one.district, teller.rule(one).scenario), []).append(one)
    hidden: Counter[tuple[str, str]] = Counter((one.district, teller.rule(one).scenario) for one in moment.hidden)
    found = [_incident(key, members, hidden[key], teller) for key, members in groups.items()]
    found.sort(key=lambda incident: (-rank(incident.level), incident.since))
    return answers.IncidentsOut(at=moment.at, incidents=tuple(found), hidden=moment.hidden_why)


def _incident(key: tuple[str, str], members: Sequence[Alert], hidden: int, teller: Teller) -> answers.IncidentOut:
    district, scenario = key
    return answers.IncidentOut(
        id=f"{district or 'city'}-{scenario}",
        district=district,
        district_name=teller.district(district),
        scenario=scenario,
        level=max((one.level for one in members), key=rank),
        since=min(one.since for one in members),
        acknowledged=all(one.acknowledged for one in members),
        alerts=tuple(one.id for one in members),
        hidden=hidden,
    )


def hexes(snapshot: Snapshot, key: str, grid: CityGrid) -> answers.HexesOut:
    """One layer with its cells. KeyError names an unknown layer, or one whose question failed this time."""
    kind, found = layer(key), snapshot.hexes[key]
    return answers.HexesOut(
        at=snapshot.now, layer=key, unit=kind.unit, window_minutes=kind.window_minutes, breaks=kind.breaks,
        spread_rings=kind.spread, resolution=grid.resolution, devices=found.devices, late=found.late,
        newest=found.newest, cells=tuple(map(h3.int_to_str, grid.cells)), values=tuple(found.values),
    )  # fmt: skip


def known_layers() -> tuple[str, ...]:
    return tuple(one.key for one in WALL)


def streams(  # noqa: PLR0913,PLR0917 - what is known of streams, from four places
    sources: Sequence[Source],
    accepted: Mapping[str, int],
    turned: Sequence[Turned],
    topic: Callable[[str], str],
    now: datetime,
    picture: datetime,
) -> answers.StreamsOut:
    """A row a stream: what came in, what did not, and how late it is. `topic` names a stream's topic."""
    rows = tuple(_stream(one, accepted, turned, topic(one.stream), now) for one in sources)
    return answers.StreamsOut(at=now, picture=picture, streams=rows)


def _stream(
    source: Source, accepted: Mapping[str, int], turned: Sequence[Turned], topic: str, now: datetime
) -> answers.StreamOut:
    own = [one for one in turned if one.stream == source.stream]
    return answers.StreamOut(
        stream=source.stream,
        topic=topic,
        accepted=accepted.get(source.stream, 0),
        rejected={one.reason: one.total for one in own},
        rejected_24h={one.reason: one.lately for one in own if one.lately},
        rows_15min=source.rows,
        lag=source.lag,
        rate=source.rate,
        newest=source.at,
        received=source.received,
        delay_s=(now - source.at).total_seconds() if source.at else None,
        late=source.held or source.unread or late(source.stream, source.at, now),
        state=source.state,
        told=source.told,
    )


def reject(found: Sample) -> answers.RejectOut:
    return answers.RejectOut(
        received=found.received, stream=found.stream, reason=found.reason, detail=found.detail, source=found.source,
        position=found.position, size=found.size, preview=printable(found.raw[:SHOWN]),
        raw_base64=base64.b64encode(found.raw).decode("ascii"),
    )  # fmt: skip


def summary(moment: Moment, snapshot: Snapshot, now: datetime) -> answers.SnapshotOut:
    """The picture in short."""
    return answers.SnapshotOut(
        at=snapshot.now,
        age_s=(now - snapshot.now).total_seconds(),
        error=moment.error,
        failures=snapshot.failures,
        simulated=snapshot.simulated,
        kpis={key: _kpi(kpi) for key, kpi in snapshot.kpis.items()},
        layers={key: sum(value is not None for value in found.values) for key, found in snapshot.hexes.items()},
        open_alerts=by_level(moment.shown),
        hidden_alerts=moment.hidden_why,
    )


def _kpi(kpi: Kpi) -> answers.KpiOut:
    return answers.KpiOut(value=kpi.value, unit=kpi.unit, at=kpi.at, change=kpi.change, versus=kpi.versus)


def by_level(found: Sequence[Alert]) -> dict[str, int]:
    """Open alerts of each level; a level without any is 0, for here absence is known."""
    counts = Counter(one.level for one in found)
    return {level: counts[level] for level in LEVELS}
