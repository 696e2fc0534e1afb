"""What a searched text means: which places, devices and cases, the likeliest first. Pure.

A name is found by its beginning, by a part of it, by its pinyin (`xigangqiao`) and by the first letters of that
(`xgq`); an id by its beginning or a part.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.words import Names

MOST = 12
"""Hits that are shown: nobody reads more, another letter is quicker."""
LONGEST = 100
"""Characters of a text that is searched for."""

KINDS = (
    "district", "cell", "point", "place", "station", "facility", "area", "river", "water", "road", "camera", "device",
    "case",
)  # fmt: skip
"""Of equally good hits the kind that stands first here is first: what is larger and rarer."""

EXACT, BEGINS, SOUNDS, INITIALS, WORD, WITHIN = range(6)
"""How well a text fits: it is the name or id; its beginning; the pinyin's; its first letters; a word's; a part."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. `place` is how the address of the map names it; WGS-84 degrees, None for nowhere.

    `detail` is a second line, ready to read; `others` are more texts by which it is found: a kind, a case's title.
    """

    place: str
    kind: str
    id: str
    name: Names
    lat: float | None = None
    lon: float | None = None
    detail: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """An entry with the texts it is looked for by, folded."""

    entry: Entry
    plain: tuple[str, ...]
    words: tuple[str, ...]
    sounds: tuple[str, ...]
    initials: tuple[str, ...]
    others: tuple[str, ...]


def folded(text: str) -> str:
    """A text as it is compared: no case, no full width, no spaces at its ends, single ones inside."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def keys(entry: Entry) -> Keys:
    """An entry prepared: done once for those that stand still, which makes pinyin cheap."""
    names = tuple(dict.fromkeys(folded(text) for text in (entry.id, *entry.name.values()) if text))
    words = tuple(word for text in names for word in text.replace("-", " ").replace("_", " ").split()[1:])
    chinese = [text for text in names if any("一" <= sign <= "鿿" for sign in text)]
    spoken = [pinyin(text) for text in chinese]
    return Keys(
        entry, names, words,
        tuple("".join(one) for one in spoken), tuple("".join(part[:1] for part in one) for one in spoken),
        tuple(map(folded, entry.others)),
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def pinyin(text: str) -> tuple[str, ...]:
    """The syllables of a Chinese text without tones; what is not Chinese stays as it is."""
    from pypinyin import lazy_pinyin  # 0.8 s the first time; only a search for places needs it

    return tuple(lazy_pinyin(text))


def rank(text: str, one: Keys) -> int | None:
    """How well a folded text fits, EXACT to WITHIN; None when it does not."""
    tight = text.replace(" ", "")
    tests = (
        (EXACT, text in one.plain),
        (BEGINS, any(key.startswith(text) for key in one.plain)),
        (SOUNDS, any(key.startswith(tight) for key in one.sounds)),
        (INITIALS, len(tight) > 1 and any(key.startswith(tight) for key in one.initials)),
        (WORD, any(key.startswith(text) for key in (*one.words, *one.others))),
        (WITHIN, len(text) > 1 and any(text in key for key in (*one.plain, *one.sounds, *one.others))),
    )
    return next((place for place, fits in tests if fits), None)


def search(text: str, entries: Iterable[Keys], most: int = MOST) -> tuple[Entry, ...]:
    """The entries that fit, best first; of equal ones by kind, the shorter name, id; cases as they come."""
    wanted = folded(text[:LONGEST])
    if not wanted:
        return ()
    found = [(place, one.entry) for one in entries if (place := rank(wanted, one)) is not None]
    found.sort(key=lambda pair: _order(*pair))
    return tuple(entry for _, entry in found[:most])


def _order(place: int, entry: Entry) -> tuple[int, int, int, str]:
    length = min((len(name) for name in entry.name.values()), default=len(entry.id))
    return place, KINDS.index(entry.kind), length, entry.id if entry.kind != "case" else ""


def joined(*parts: Sequence[Entry], most: int = MOST) -> tuple[Entry, ...]:
    """Several lists as one; what names the same place twice stands once, where it stood first."""
    found: dict[str, Entry] = {}
    for part in parts:
        for entry in part:
            found.setdefault(entry.place if entry.kind != "case" else f"case:{entry.id}", entry)
    return tuple(found.values())[:most]
