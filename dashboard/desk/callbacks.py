"""The desk's callbacks: each asks in a thread, so that nobody waits for another's question."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, ctx, no_update

from config.words import Words
from dashboard import quieted
from dashboard.actions import act
from dashboard.conduct import Refusal, Wish
from dashboard.desk import ids, quieting, view
from dashboard.desk.news import levels, news
from dashboard.desk.page import another_key, foreign, seen, words_of
from dashboard.desk.rows import rows
from dashboard.header import other_address
from dashboard.past.ids import AT
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from dashboard.actions import Outcome
    from dashboard.context import Context
    from dashboard.past.seen import Past

UNKNOWN = "database"
"""Why a change may have been made or not."""
KIND_OF = {
    ids.ACKNOWLEDGE: "acknowledge",
    ids.UNACKNOWLEDGE: "unacknowledge",
    ids.APPEND: "note",
    ids.RELEASE: "release",
}


def register(app: Dash, context: Context, past: Past) -> None:
    """Adds the desk's callbacks to the app."""
    _register_list(app, past)
    _register_news(app, past)
    _register_detail(app, past)
    _register_chart(app, past)
    _register_action(app, context)
    quieting.register(app, context, past)


def _register_list(app: Dash, past: Past) -> None:
    @app.callback(
        Output(ids.LIST, "children"), Output(ids.COUNT, "children"),
        Output(ids.NOTICE, "children"), Output(ids.NOTICE, "hidden"), Output(ids.LANGUAGE, "href"),
        Input(ids.PULSE, "children"), Input(ids.ACTED, "data"), Input(ids.URL, "search"),
        Input(ids.LEVELS, "value"), Input(ids.SCENARIO, "value"), Input(ids.UNACKNOWLEDGED, "value"), State(AT, "data"),
    )  # fmt: skip
    async def listed(
        _pulse: object,
        _acted: object,
        search: str | None,
        levels: Sequence[str],
        scenario: str,
        open_only: Sequence[str],
        at: int | None,
    ) -> tuple[Any, ...]:
        context = await seen(past, at)
        words, moment = words_of(context, search), context.state.moment
        lines = view.lines(moment, context, words)
        wanted = view.wanted(lines, levels, scenario, unacknowledged=bool(open_only))
        now = context.state.now()
        children = rows(wanted, view.asked(search), words, context.profile.zone, now) or view.empty(
            lines, moment, words
        )
        notice = view.notice(moment, words, context.profile.zone)
        language = other_address("desk", search or "", words.language)
        return (
            children,
            view.count(lines, wanted, words, quieted.beside(moment.hidden_why, words)),
            notice,
            not notice,
            language,
        )


def _register_news(app: Dash, past: Past) -> None:
    @app.callback(
        Output(ids.NEWS, "children"), Output(ids.KNOWN, "data"),
        Input(ids.PULSE, "children"), State(ids.KNOWN, "data"), State(ids.URL, "search"), State(AT, "data"),
    )  # fmt: skip
    async def told(_pulse: object, known: dict[str, str] | None, search: str | None, at: int | None) -> tuple[Any, Any]:
        context = await seen(past, at)
        words, moment = words_of(context, search), context.state.moment
        if moment.snapshot is None:
            return no_update, no_update
        lines = view.lines(moment, context, words)
        return news(lines, known, words) or no_update, levels(lines)


def _register_detail(app: Dash, past: Past) -> None:
    @app.callback(
        Output(ids.STORY, "children"), Output(ids.JOURNAL, "children"), Output(ids.HISTORY, "children"),
        Output(ids.DETAIL, "hidden"), Output(ids.SHOWN, "data"),
        Output(ids.ACKNOWLEDGE, "disabled"), Output(ids.UNACKNOWLEDGE, "disabled"),
        Input(ids.PULSE, "children"), Input(ids.ACTED, "data"), Input(ids.URL, "search"), State(ids.SHOWN, "data"),
        State(AT, "data"),
    )  # fmt: skip
    async def detail(
        _pulse: object, _acted: object, search: str | None, shown: str | None, at: int | None
    ) -> tuple[Any, ...]:
        alert, context = view.asked(search), await seen(past, at)
        found = await asyncio.to_thread(view.detail, context, alert, words_of(context, search), context.state.now())
        return (
            *found.parts,
            found.hidden,
            no_update if found.shown == shown else found.shown,
            *(at is not None or off for off in found.off),
        )

    @app.callback(
        Output(ids.NOTE, "value"), Output(ids.RESULT, "children"), Input(ids.SHOWN, "data"), prevent_initial_call=True
    )
    async def another(_shown: object) -> tuple[str, str]:
        return "", ""  # what was written for one alert must not be sent to another


def _register_chart(app: Dash, past: Past) -> None:
    @app.callback(
        Output(ids.CHART, "figure"), Output(ids.CHART_TITLE, "children"), Output(ids.CHART_NOTE, "children"),
        Output(ids.WHY, "children"),
        Input(ids.PULSE, "children"), Input(ids.URL, "search"), State(AT, "data"),
    )  # fmt: skip
    async def chart(_pulse: object, search: str | None, at: int | None) -> tuple[Any, ...]:
        alert, context = view.asked(search), await seen(past, at)
        return await asyncio.to_thread(view.proof, context, alert, words_of(context, search), context.state.now())


def _register_action(app: Dash, context: Context) -> None:
    @app.callback(
        Output(ids.RESULT, "children", allow_duplicate=True), Output(ids.RESULT, "className"),
        Output(ids.NOTE, "value", allow_duplicate=True), Output(ids.ACTED, "data"),
        *(Input(button, "n_clicks") for button in KIND_OF),
        State(ids.SHOWN, "data"), State(ids.ACTOR, "value"), State(ids.NOTE, "value"),
        State(ids.URL, "search"), State(ids.ACTED, "data"), State(AT, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def acted(*given: Any) -> tuple[Any, ...]:
        shown, actor, note, search, key, at = given[len(KIND_OF) :]
        words, kind = words_of(context, search), KIND_OF.get(str(ctx.triggered_id))
        if kind is None or not shown or not any(given[: len(KIND_OF)]):
            return no_update, no_update, no_update, no_update
        wish = Wish(kind, actor or "", note or "")
        refused = "past" if at is not None else "foreign" if foreign() else ""
        outcome = Refusal(refused) if refused else await asyncio.to_thread(_try, context, shown, wish, key)
        return _told(outcome, wish, words, context)


def _try(context: Context, alert: str, wish: Wish, key: str) -> Outcome | Refusal:
    try:
        return act(context, alert, wish, key)
    except (DatabaseUnavailable, QueryFailed):
        return Refusal(UNKNOWN)


def _told(outcome: Outcome | Refusal, wish: Wish, words: Words, context: Context) -> tuple[Any, ...]:
    """What the officer reads, how it looks, the note (emptied once it is kept), and the key of the next change: the
    same one while nobody knows whether this one was made."""
    refused = outcome if isinstance(outcome, Refusal) else outcome.refusal
    if refused is None or refused.twice(wish):
        return words(f"desk.action.done.{wish.kind}"), "desk-result good", "", another_key()
    told = refused.sentence(words, context.profile.zone)
    looks = "desk-result" if refused.settled else "desk-result bad"
    return told, looks, no_update, no_update if refused.why == UNKNOWN else another_key()
