"""Which metric that we know a name may mean that we do not: PM2.5 is pm25, 雨量 is rain. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Sequence

from config.words import Words
from streams.metrics import METRICS

SAID = 3
"""Metrics that are named for one that nobody knows."""
ALIKE = 0.75
"""How much of two names must be the same where neither is a part of the other."""
LEAST = 2
"""Letters of a name that may be looked for inside another."""


def close(metric: str, languages: Sequence[Words]) -> tuple[str, ...]:
    """Keys of the metrics that are written so but for case, signs and spaces; else those that look like it."""
    said, names = _bare(metric), list(_names(languages))
    tests = (
        [key for key, name in names if name == said],
        [key for key, name in names if min(len(name), len(said)) >= LEAST and (name in said or said in name)],
        [key for key, name in names if difflib.SequenceMatcher(None, name, said).ratio() >= ALIKE],
    )
    found = next((keys for keys in tests if keys), [])
    return tuple(dict.fromkeys(found))[:SAID]


def _names(languages: Sequence[Words]) -> Iterator[tuple[str, str]]:
    """Each metric with its key and its names, as they are compared."""
    for key in METRICS:
        yield key, _bare(key)
        yield from ((key, _bare(words(f"metric.{key}"))) for words in languages if words.has(f"metric.{key}"))


def _bare(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
