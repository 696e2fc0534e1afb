"""Words of another language within a text: marked, so that whoever reads it aloud says them as what they are. Pure."""

from __future__ import annotations

import re

from dash import html
from dash.development.base_component import Component

from config.words import FIRST

CHINESE = re.compile(r"([㐀-鿿][㐀-鿿　-〿！-～\d]*)")
"""A run of Chinese characters with their own punctuation and the figures among them."""


def marked(text: str, language: str) -> list[str | Component]:
    """A text to a reader of `language`: what it holds of Chinese has `lang`, unless the whole page is Chinese."""
    if language == FIRST:
        return [text]
    parts = CHINESE.split(text)
    return [html.Span(part, lang=FIRST) if at % 2 else part for at, part in enumerate(parts) if part]
