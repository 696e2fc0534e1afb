"""What `yiping rules check` says of rule files."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from alerts.rulebook import Entry, astray, entries
from alerts.rulecheck import findings
from config.load import ConfigError, line_of
from config.settings import RULES
from config.words import Words


def check(files: Sequence[Path], words: Words) -> tuple[int, list[str]]:
    """How many rules there are, and what is worth a look, a line each.

    Raises ConfigError: all that is wrong in all files, and what is worth a look beside.
    """
    found = entries(files)
    ours = entries() if files else found
    known = {one.rule.key for one in (*found, *ours) if one.rule}
    told = [line for one in found for line in _of_entry(one, words, known)]
    told += [(True, line) for line in astray(found, whole=not files)]
    told += [(False, line) for line in _shadows(found, ours, words)] if files else []
    lines = [line for _, line in told]
    wrong = sum(line.count("\n") + 1 for error, line in told if error)
    if wrong:
        raise ConfigError("\n".join([*lines, words("rules.wrong", n=wrong)]))
    return len(found), lines


def _of_entry(entry: Entry, words: Words, known: Container[str]) -> Iterator[tuple[bool, str]]:
    yield from ((True, fault) for fault in entry.faults)
    rule, path = entry.rule, entry.path
    for one in findings(rule, words, known) if rule else ():
        line, text = line_of(path, ("rules", entry.number, *one.at)), words(f"rules.{one.key}", **one.values)
        form = "rules.error" if one.error else "rules.warning"
        yield one.error, words(form, path=path, line=line, rule=rule.key if rule else "", text=text)


def _shadows(found: Sequence[Entry], ours: Sequence[Entry], words: Words) -> Iterator[str]:
    """Keys that a file shares with one of config/rules: a draft may, but the two cannot lie there together."""
    homes = {one.rule.key: one.path for one in ours if one.rule}
    shared: dict[tuple[Path, Path], list[str]] = {}
    for one in found:
        if one.rule and one.rule.key in homes and one.path.resolve().parent != RULES:
            shared.setdefault((one.path, homes[one.rule.key]), []).append(one.rule.key)
    for (path, home), keys in shared.items():
        yield words("rules.shadow", path=path, home=home, n=len(keys), some=", ".join(keys[:3]))
