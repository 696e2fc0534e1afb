"""What `yiping rules check` says of rule files."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from alerts.rulebook import read_rulebook
from alerts.rulecheck import findings
from alerts.rules import RuleBook
from config.load import ConfigError, line_of, load
from config.settings import RULES
from config.words import Words


def check(files: Sequence[Path], words: Words) -> tuple[int, list[str]]:
    """How many rules there are, and what is worth a look, a line each. Raises ConfigError: all that is wrong."""
    rules = read_rulebook(*files).rules
    known = {rule.key for rule in (*rules, *read_rulebook().rules)}
    found = [one for path in files or sorted(RULES.glob("*.yaml")) for one in _of_file(path, words, known)]
    wrong = [line for error, line in found if error]
    if wrong:
        raise ConfigError("\n".join(wrong))
    return len(rules), [line for _, line in found]


def _of_file(path: Path, words: Words, known: Container[str]) -> Iterator[tuple[bool, str]]:
    for number, rule in enumerate(load(path, RuleBook).rules):
        for one in findings(rule, words, known):
            line, text = line_of(path, ("rules", number, *one.at)), words(f"rules.{one.key}", **one.values)
            form = "rules.error" if one.error else "rules.warning"
            yield one.error, words(form, path=path, line=line, rule=rule.key, text=text)
