"""What every callback of the desk needs of the page that called it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import ctx

from config.read import read_words
from config.words import Words
from dashboard.languages import language_of
from dashboard.origin import refusal

if TYPE_CHECKING:
    from dashboard.context import Context


def words_of(context: Context, search: str | None) -> Words:
    """The words of the page's language."""
    return read_words(language_of(search, context.settings.language))


def foreign() -> bool:
    """Whether the page that called may change nothing here: it is of another site."""
    return refusal({str(name).lower(): str(value) for name, value in ctx.headers.items()}) is not None
