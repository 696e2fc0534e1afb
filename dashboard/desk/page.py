"""What every callback of the desk needs of the page that called it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from dash import ctx
from dash.exceptions import PreventUpdate

from config.read import read_words
from config.words import Words
from dashboard.languages import language_of
from dashboard.origin import refusal
from dashboard.past.pictures import CrowdedError
from streams.clickhouse import DatabaseUnavailable, QueryFailed

if TYPE_CHECKING:
    from dashboard.context import Context
    from dashboard.past.seen import Past


def words_of(context: Context, search: str | None) -> Words:
    """The words of the page's language."""
    return read_words(language_of(search, context.settings.language))


def foreign() -> bool:
    """Whether the page that called may change nothing here: it is of another site."""
    return refusal({str(name).lower(): str(value) for name, value in ctx.headers.items()}) is not None


def another_key() -> str:
    """A key for the next change of a page (ids.ACTED)."""
    return uuid.uuid4().hex


async def seen(past: Past, at_ms: int | None) -> Context:
    """The context of the moment that the page shows. What cannot be read changes nothing on it: the page says so."""
    try:
        return await past.context_of(at_ms)
    except (CrowdedError, DatabaseUnavailable, QueryFailed):
        raise PreventUpdate from None
