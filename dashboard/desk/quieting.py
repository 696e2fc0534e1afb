"""The desk's callbacks about silences and notices: their lists, to silence the chosen alert, to end a silence."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from alerts import outbox, silences
from alerts.quiet import Quiet
from alerts.silences import SilenceRefused
from config.words import Words
from dashboard.actions import find_open
from dashboard.desk import ids, notices, quiet_lists, view
from dashboard.desk.page import another_key, foreign, seen, words_of
from dashboard.past.ids import AT
from dashboard.telling import day_clock
from dashboard.when import when
from layers.moments import DAY
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.context import Context
    from dashboard.past.seen import Past


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer chose: `start` as it was typed, `red` that even red is to be hidden."""

    owner: str
    reason: str
    start: str
    span: timedelta
    red: bool


GOOD, BAD = "desk-result good", "desk-result bad"


def register(app: Dash, context: Context, past: Past) -> None:
    """Adds the callbacks to the app."""
    _register_lists(app, past)
    _register_notices(app, past)
    _register_silence(app, context)
    _register_cancel(app, context)


def _register_lists(app: Dash, past: Past) -> None:
    @app.callback(
        Output(ids.HIDDEN, "children"), Output(ids.HIDDEN_COUNT, "children"),
        Output(ids.SILENCES, "children"), Output(ids.SILENCES_COUNT, "children"),
        Input(ids.PULSE, "children"), Input(ids.ACTED, "data"), Input(ids.URL, "search"), State(AT, "data"),
    )  # fmt: skip
    async def listed(_pulse: object, _acted: object, search: str | None, at: int | None) -> tuple[Any, ...]:
        context = await seen(past, at)
        words, moment = words_of(context, search), context.state.moment
        hidden, known = view.hidden(moment, context, words), view.silences(moment, context, words)
        running = sum(one.state == "running" for one in known)
        counts = words("quiet.hidden.count", n=len(hidden)), words("quiet.list.count", n=running)
        return quiet_lists.hidden(hidden, words), counts[0], quiet_lists.silences(known, words), counts[1]


def _register_notices(app: Dash, past: Past) -> None:
    @app.callback(
        Output(ids.NOTICES, "children"), Output(ids.NOTICES_COUNT, "children"),
        Input(ids.PULSE, "children"), Input(ids.URL, "search"), State(AT, "data"),
    )  # fmt: skip
    async def told(_pulse: object, search: str | None, at: int | None) -> tuple[Any, Any]:
        context = await seen(past, at)
        words, now = words_of(context, search), context.state.now()
        try:
            found = await asyncio.to_thread(outbox.told, context.database, now - DAY)
        except (DatabaseUnavailable, QueryFailed):
            return no_update, no_update
        return notices.notices(found, words, context.profile.zone, now), notices.count(found, words)


def _register_silence(app: Dash, context: Context) -> None:
    @app.callback(
        Output(ids.QUIET_RESULT, "children"), Output(ids.QUIET_RESULT, "className"),
        Output(ids.ACTED, "data", allow_duplicate=True),
        Input({"type": ids.QUIET_FOR, "minutes": ALL}, "n_clicks"),
        State(ids.SHOWN, "data"), State(ids.ACTOR, "value"), State(ids.NOTE, "value"),
        State(ids.QUIET_REASON, "value"), State(ids.QUIET_RED, "value"), State(ids.QUIET_START, "value"),
        State(ids.URL, "search"), State(ids.ACTED, "data"), State(AT, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def silenced(clicks: list[int], shown: str | None, *given: Any) -> tuple[Any, ...]:
        actor, note, reason, red, start, search, key, at = given
        words, pressed = words_of(context, search), ctx.triggered_id
        if not shown or not any(clicks) or not isinstance(pressed, dict):
            return no_update, no_update, no_update
        why = " · ".join(part for part in (words(f"quiet.form.reason.{reason}"), (note or "").strip()) if part)
        wish = Wish(actor or "", why, start or "", timedelta(minutes=int(pressed["minutes"])), bool(red))
        return await _tried(lambda: _begin(context, shown, wish, words, key), words, at)

    @app.callback(
        Output(ids.QUIET_FORM, "open"), Output(ids.QUIET_RED, "value"), Output(ids.QUIET_START, "value"),
        Output(ids.QUIET_RESULT, "children", allow_duplicate=True),
        Input(ids.SHOWN, "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def another(_shown: object) -> tuple[bool, list[str], str, str]:
        return False, [], "", ""  # what was ticked for one alert must not count for another


def _register_cancel(app: Dash, context: Context) -> None:
    @app.callback(
        Output(ids.CANCEL_RESULT, "children"), Output(ids.CANCEL_RESULT, "className"),
        Output(ids.ACTED, "data", allow_duplicate=True),
        Input({"type": ids.CANCEL, "silence": ALL}, "n_clicks"),
        State(ids.ACTOR, "value"), State(ids.URL, "search"), State(AT, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def cancelled(clicks: list[int], actor: str | None, search: str | None, at: int | None) -> tuple[Any, ...]:
        words, pressed = words_of(context, search), ctx.triggered_id
        if not any(clicks) or not isinstance(pressed, dict):
            return no_update, no_update, no_update
        return await _tried(lambda: _cancel(context, str(pressed["silence"]), actor or "", words), words, at)


async def _tried(act: Callable[[], str], words: Words, at: int | None) -> tuple[Any, ...]:
    """What the officer reads, how it looks, the key of the next change if this is done. In the past nothing is."""
    if at is not None:
        return words("desk.action.refused.past"), BAD, no_update
    if foreign():
        return words("quiet.refused.foreign"), BAD, no_update
    try:
        return await asyncio.to_thread(act), GOOD, another_key()
    except SilenceRefused as error:
        return words(f"quiet.refused.{error.why}"), BAD, no_update
    except (DatabaseUnavailable, QueryFailed):
        return words("quiet.refused.database"), BAD, no_update


def _begin(context: Context, alert_id: str, wish: Wish, words: Words, key: str) -> str:
    """Silences one alert's rule at its place: at once, no worse than it is now; later, as a maintenance window.

    Raises SilenceRefused.
    """
    alert = find_open(context.state.moment.alerts, alert_id)
    if alert is None:
        raise SilenceRefused("cleared")
    now, zone = context.state.now(), context.profile.zone
    starts = _starts(wish, now, zone)
    later = starts > now
    if alert.level == "red" and not wish.red and not later:
        raise SilenceRefused("red")
    level = ("red" if wish.red else "orange") if later else alert.level
    wanted = Quiet(
        "", "maintenance" if later else "silence", wish.owner, wish.reason, starts, starts + wish.span,
        rule=alert.rule, place=alert.place, level=level,
    )  # fmt: skip
    begun = silences.begin(context.database, wanted, now, silences.name_of(key, f" {alert_id} {wish}"))
    context.state.refresh()
    times = {"starts": day_clock(begun.starts, now, zone), "ends": day_clock(begun.ends, now, zone)}
    return words("quiet.done.coming", **times) if later else words("quiet.done.begun", ends=times["ends"])


def _starts(wish: Wish, now: datetime, zone: tzinfo) -> datetime:
    """When it begins; the minute that runs is now. Raises SilenceRefused."""
    try:
        return max(now, when(wish.start, now, zone))
    except ValueError:
        raise SilenceRefused("start") from None


def _cancel(context: Context, silence: str, actor: str, words: Words) -> str:
    silences.cancel(context.database, silence, actor, "", context.state.now())
    context.state.refresh()
    return words("quiet.done.cancelled")
