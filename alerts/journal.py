"""The journal: transitions and actions are appended, never overwritten; what is open is read from it."""

from __future__ import annotations

import json
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.alert import KINDS, OPEN, Action, Alert, Kind, Spot, Transition, instant, milliseconds, urgency
from alerts.engine import States
from alerts.states import State, read_state, write_state
from streams.clickhouse import Database, Question
from streams.fences import Inserting

SQL = Path(__file__).parent / "sql"

STATES = Question.load(SQL, "states")
OPEN_ALERTS = Question.load(SQL, "open_alerts")
ACTIONS = Question.load(SQL, "actions")
ACTIONS_OF = Question.load(SQL, "actions_of")
HISTORY = Question.load(SQL, "history")
KNOWN = Question.load(SQL, "alert_known")
TOLD_BEFORE = Question.load(SQL, "told_before")
TOLD_AFTER = Question.load(SQL, "told_after")

ALL = 1 << 40
FIRST = instant(0)
REMEMBERED = timedelta(days=30)
"""How long an alert that is over can still be asked about by its id."""


class UnknownAlert(LookupError):
    """No alert ever had this id."""


class ActionRefused(ValueError):
    """An action that cannot be journaled; the text says why."""


# -- what the engine writes and reads -------------------------------------------------------------------------------


def append(pen: Inserting, transitions: Sequence[Transition]) -> None:
    """Journal transitions, all in one insert. Raises as the pen: then they did not happen."""
    if transitions:
        pen.insert("alert_transitions", _columns([_row(one) for one in transitions]))


def remember(pen: Inserting, states: Iterable[tuple[str, str, State]], now: int) -> None:
    """Keep the engine's memory of (rule, place, state) at `now`, so that a restart goes on from there."""
    rows = [{"at": now, "rule": rule, "place": place, "memory": write_state(state)} for rule, place, state in states]
    if rows:
        pen.insert("alert_memory", _columns(rows))


def load_states(database: Database) -> dict[str, States]:
    """The engine's states by rule, as the journal has them. Raises DatabaseUnavailable, QueryFailed."""
    found: dict[str, dict[str, State]] = defaultdict(dict)
    database.catch_up("alert_transitions", "alert_memory")  # on a cluster, what another replica was given
    for row in database.ask_settled(STATES).rows():
        found[row["rule"]][row["place"]] = read_state(row["memory"])
    return dict(found)


def _row(one: Transition) -> dict[str, Any]:
    return {
        "at": one.at,
        "rule": one.rule,
        "version": one.version,
        "place": one.place,
        "alert": one.alert,
        "from_state": one.before,
        "to_state": one.after,
        "value": one.value,
        "threshold": one.threshold,
        "reason": one.reason,
        "observed": one.observed,
        "lat": math.nan if one.spot.lat is None else one.spot.lat,
        "lon": math.nan if one.spot.lon is None else one.spot.lon,
        "cell": one.spot.cell,
        "district": one.spot.district,
        "detail": json.dumps(one.detail, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        "memory": one.memory,
    }


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


# -- what people read -----------------------------------------------------------------------------------------------


def open_alerts(
    database: Database, now: datetime, since: datetime = FIRST, standing: Sequence[Alert] = ()
) -> tuple[Alert, ...]:
    """Every alert that is open at `now`, the most urgent first. Raises DatabaseUnavailable, QueryFailed.

    Of those that changed after `since`, and of `standing`: others that were open then.
    """
    known = {
        "rules": [one.rule for one in standing],
        "places": [one.place for one in standing],
        "changed_ms": [milliseconds(one.changed) for one in standing],
    }
    rows = database.ask(OPEN_ALERTS, now_ms=milliseconds(now), since_ms=milliseconds(since), **known).rows()
    done = _actions(database, [row["alert"] for row in rows], now)
    alerts = [_alert(row, tuple(done[row["alert"]])) for row in rows]
    return tuple(sorted(alerts, key=urgency))


def _alert(row: Mapping[str, Any], actions: tuple[Action, ...]) -> Alert:
    state = read_state(row["memory"])
    since = state.opened if state.fired is None else state.fired
    return Alert(
        id=row["alert"],
        rule=row["rule"],
        version=row["version"],
        place=row["place"],
        state=row["state"],
        level=state.level or row["state"],
        since=instant(since),
        changed=instant(row["at_ms"]),
        value=row["value"],
        threshold=row["threshold"],
        reason=row["reason"],
        detail={**json.loads(row["detail"]), **state.told, "device": state.device, "thresholds": state.thresholds},
        latest=state.value,
        peak=state.peak,
        observed=None if state.observed is None else instant(state.observed),
        lat=state.spot.lat,
        lon=state.spot.lon,
        cell=state.spot.cell,
        district=state.spot.district,
        actions=actions,
        witness=state.witness,
        ending={level: instant(one.ending) for level, one in state.timers.items() if one.firing and one.ending},
    )


def history(database: Database, of: str, since: datetime, most: int = ALL) -> tuple[Transition, ...]:
    """Transitions of an alert (its id), or of a place (all rules), or of all (''), after `since`, oldest first.

    Of more than `most` the oldest, and all of the last one's moment.
    """
    rows = database.ask(HISTORY, of=of, since_ms=milliseconds(since), most=most).rows()
    return tuple(sorted(map(_transition, rows), key=lambda one: (one.at, one.rule, one.place)))


def life(database: Database, alert: str, now: datetime) -> tuple[Transition, ...]:
    """All transitions of one alert, oldest first, however long it was open; none once it is over for REMEMBERED."""
    found = tuple(one for one in history(database, alert, instant(0)) if one.alert == alert)
    over = found and found[-1].after not in OPEN and instant(found[-1].at) < now - REMEMBERED
    return () if over else found


def told(database: Database, rule: str, places: Iterable[str], since: int, now: int) -> tuple[States, list[Transition]]:
    """How a rule left these places at `since`, and its transitions after it until `now` (epoch ms), oldest first."""
    known = sorted(places)
    steps = database.ask(TOLD_AFTER, rule=rule, places=known, since_ms=since, now_ms=now).rows()
    return stood(database, rule, known, since), [*map(_transition, steps)]


def stood(database: Database, rule: str, places: Sequence[str], now: int) -> States:
    """How a rule left these places, or (none given) all that it ever spoke of, at `now` (epoch ms)."""
    rows = database.ask(TOLD_BEFORE, rule=rule, places=list(places), now_ms=now).rows()
    return {row["place"]: read_state(row["memory"]) for row in rows if row["memory"]}


def _transition(row: Mapping[str, Any]) -> Transition:
    return Transition(
        at=row["at_ms"],
        rule=row["rule"],
        version=row["version"],
        place=row["place"],
        alert=row["alert"],
        before=row["before"],
        after=row["after"],
        reason=row["reason"],
        value=row["value"],
        threshold=row["threshold"],
        observed=row["observed_ms"],
        spot=Spot(_degrees(row["lat"]), _degrees(row["lon"]), row["cell"], row["district"]),
        detail=json.loads(row["detail"]),
    )


def _degrees(value: float) -> float | None:
    return value if math.isfinite(value) else None


# -- what people do -------------------------------------------------------------------------------------------------


def actions(database: Database, alert: str) -> tuple[Action, ...]:
    """What was done about an alert, oldest first, whether or not it is still open."""
    return tuple(_action(row) for row in database.ask(ACTIONS_OF, alert=alert).rows())


def act(  # noqa: PLR0913, PLR0917
    database: Database, alert: str, kind: str, actor: str, text: str, now: datetime, name: str = ""
) -> Action:
    """Append what `actor` did about an alert at `now`; of the same under one `name` one counts.

    Raises UnknownAlert, ActionRefused (no such kind, nobody did it, a note without words), DatabaseUnavailable (it may
    have been appended), QueryFailed.
    """
    action = Action(now, _kind(kind), _said(actor, "an action needs the name of who did it"), text.strip())
    if action.kind == "note":
        _said(text, "a note needs words")
    if not database.ask(KNOWN, alert=alert).column("transitions")[0]:
        raise UnknownAlert(f"no alert has the id {alert!r}; the open ones are on the desk")
    action_id = uuid.uuid5(uuid.NAMESPACE_OID, "\n".join((alert, kind, actor, text, name))) if name else uuid.uuid4()
    row = {"at": milliseconds(now), "action": action_id, "alert": alert, "kind": kind, "actor": action.actor}
    database.insert("alert_actions", _columns([{**row, "text": action.text}]))
    return action


def _kind(kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise ActionRefused(f"{kind!r} is no action; it is one of {', '.join(KINDS)}")


def _said(text: str, complaint: str) -> str:
    if not text.strip():
        raise ActionRefused(complaint)
    return text.strip()


def _actions(database: Database, alerts: Sequence[str], now: datetime) -> Mapping[str, list[Action]]:
    found: dict[str, list[Action]] = defaultdict(list)
    if alerts:
        for row in database.ask(ACTIONS, alerts=list(alerts), now_ms=milliseconds(now)).rows():
            found[row["alert"]].append(_action(row))
    return found


def _action(row: Mapping[str, Any]) -> Action:
    return Action(instant(row["at_ms"]), row["kind"], row["actor"], row["text"])
