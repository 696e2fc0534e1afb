"""The language of a page, from its address. Pure."""

from __future__ import annotations

from urllib.parse import parse_qs

from config.words import LANGUAGES


def language_of(search: str | None, default: str) -> str:
    """`?lang=en` of an address' query; `default` when it names none of ours."""
    asked = parse_qs((search or "").lstrip("?")).get("lang", [""])[0]
    return asked if asked in LANGUAGES else default
