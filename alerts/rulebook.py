"""Reads the rules of the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.rules import Rule, RuleBook, RuleFile, ring_of, round_and_round
from config.load import ConfigError, fit, line_of, read_yaml
from config.settings import RULES


@dataclass(frozen=True)
class Entry:
    """A rule where it stands: number `number` of its file. `faults` are sentences with file and line.

    A file of which no rule can be told is one entry without a rule.
    """

    path: Path
    number: int
    rule: Rule | None
    faults: tuple[str, ...] = ()


def read_rulebook(*files: Path) -> RuleBook:
    """The rules of `files`, in order; without any, of every file of config/rules, by name.

    Raises ConfigError: every fault of every file, a line each; or that there are no rules at all.
    """
    found = entries(files)
    faults = [fault for one in found for fault in one.faults] + astray(found, whole=not files)
    if faults:
        raise ConfigError("\n".join(faults))
    return RuleBook(rules=tuple(one.rule for one in found if one.rule))


def entries(files: Sequence[Path] = ()) -> list[Entry]:
    """Every rule of `files`, or of config/rules, and what is wrong with it by itself or beside one of the same key.

    Raises ConfigError when there is none.
    """
    first: dict[str, tuple[Path, int]] = {}
    found = [one for path in files or sorted(RULES.glob("*.yaml")) for one in _of_file(path, first)]
    if not found:
        raise ConfigError(f"{', '.join(map(str, files)) or RULES}: there are no rules (*.yaml)")
    return found


def _of_file(path: Path, first: dict[str, tuple[Path, int]]) -> Iterator[Entry]:
    try:
        for number, given in enumerate(_given(path)):
            yield _entry(path, number, given, first)
    except ConfigError as error:
        yield Entry(path, 0, None, (str(error),))


def _given(path: Path) -> list[Any]:
    """The rules of a file as they are written. Raises ConfigError for a file that is no list of rules, or more."""
    given = read_yaml(path)
    if not (isinstance(given, dict) and given.keys() == {"rules"} and isinstance(given["rules"], list)):
        fit(path, given, RuleFile)
    return list(given["rules"])


def _entry(path: Path, number: int, given: Any, first: dict[str, tuple[Path, int]]) -> Entry:
    twice = _twice(path, number, given.get("key"), first) if isinstance(given, Mapping) else ()
    try:
        return Entry(path, number, fit(path, given, Rule, ("rules", number)), twice)
    except ConfigError as error:
        return Entry(path, number, None, (*twice, str(error)))


def _twice(path: Path, number: int, key: Any, first: dict[str, tuple[Path, int]]) -> tuple[str, ...]:
    if not isinstance(key, str) or first.setdefault(key, (path, number)) == (path, number):
        return ()
    other, place = first[key]
    line = line_of(other, ("rules", place, "key"))
    where = f"line {line} too" if other == path else f"{other}, line {line}, too"
    return (_told(path, ("rules", number, "key"), f"rule {key!r} is given in {where}; a key names one rule"),)


def astray(found: Sequence[Entry], *, whole: bool = False) -> list[str]:
    """What is wrong between rules: a ring of those that hide each other; of a `whole` book, hidden ones that are not
    there."""
    rules = {one.rule.key: one for one in found if one.rule}
    ring = ring_of(one.rule for one in found if one.rule)
    faults = [_beside(rules[ring[0]], ("inhibits",), round_and_round(ring))] if ring else []
    return faults + ([*_unknown(found, rules)] if whole else [])


def _unknown(found: Sequence[Entry], rules: Mapping[str, Entry]) -> Iterator[str]:
    for one in found:
        for place, key in enumerate(one.rule.inhibits if one.rule else ()):
            if key not in rules:
                text = f"rule {one.rule.key if one.rule else ''!r} inhibits {key!r}, and there is no such rule"
                yield _beside(one, ("inhibits", place), text)


def _beside(one: Entry, at: tuple[int | str, ...], text: str) -> str:
    return _told(one.path, ("rules", one.number, *at), text)


def _told(path: Path, at: tuple[int | str, ...], text: str) -> str:
    return f"{path}, line {line_of(path, at)}: {'.'.join(map(str, at))}: {text}"
