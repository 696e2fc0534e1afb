"""Reads the rules of the configuration."""

from __future__ import annotations

from pathlib import Path

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
    return RuleBook(rules=tuple(rule for _, rule in found.values()))
