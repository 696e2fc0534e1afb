"""Reads the rules of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from alerts.rules import Rule, RuleBook
from config.load import ConfigError, load
from config.settings import RULES


def read_rulebook(*files: Path) -> RuleBook:
    """The rules of `files`, in order; without any, of every file of config/rules, by name.

    Raises ConfigError: a line for each fault, with file and line; a key that two files give; no rules at all.
    """
    found: dict[str, tuple[Path, Rule]] = {}
    for path in files or sorted(RULES.glob("*.yaml")):
        for rule in load(path, RuleBook).rules:
            if rule.key in found:
                raise ConfigError(f"{path}: rule {rule.key!r} is given in {found[rule.key][0]} too")
            found[rule.key] = (path, rule)
    if not found:
        raise ConfigError(f"{RULES}: there are no rules (*.yaml)")
    if not files:
        _check_inhibited(found)
    return _whole(tuple(rule for _, rule in found.values()))


def _check_inhibited(found: Mapping[str, tuple[Path, Rule]]) -> None:
    for path, rule in found.values():
        for key in rule.inhibits:
            if key not in found:
                raise ConfigError(f"{path}: rule {rule.key!r} inhibits {key!r}, and there is no such rule")


def _whole(rules: tuple[Rule, ...]) -> RuleBook:
    try:
        return RuleBook(rules=rules)
    except ValidationError as error:
        raise ConfigError("\n".join(f"{RULES}: {one['msg']}" for one in error.errors())) from None
