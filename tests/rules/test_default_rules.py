"""Our rules against readings over time, as the YAML files here tell them (docs/backtest.md says how)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from alerts.rulebook import read_rulebook
from alerts.ruletest import Verdict
from alerts.testforms import RuleTests
from config.load import load
from config.read import read_city, read_words
from dashboard.rule_tests import Judged, report, run

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
CASES = [
    pytest.param(path, number, id=f"{case.rule}: {case.title}")
    for path in FILES
    for number, case in enumerate(load(path, RuleTests).cases)
]


@cache
def judged(path: Path) -> list[Judged]:
    """A file's cases, when the first of them is tested: that takes ten seconds, for which no collection waits."""
    return run(path, (), read_city("xining"), read_words("en"))


@pytest.mark.parametrize(("path", "number"), CASES)
def test_case(path: Path, number: int) -> None:
    tested = judged(path)[number]
    assert tested.verdict.right, "\n".join(report([tested], read_words("en")))


@pytest.mark.parametrize("key", [rule.key for rule in read_rulebook().rules])
def test_every_rule_has_a_case_that_fires_one_that_does_not_and_one_that_clears(key: str) -> None:
    mine = [[one for told in case.came.values() for one in told] for case in _of(key)]
    assert any(mine), key
    assert [] in mine, key
    assert any(told[-1].after == "clear" for told in mine if told), key


def _of(key: str) -> list[Verdict]:
    return [one.verdict for path in FILES for one in judged(path) if one.verdict.case.rule == key]
