"""The engine held against Prometheus itself, where its `promtool` is installed: random rules and series.

Gaps are shorter than the five minutes that both look back. Compared is each alert's state and since when it is active.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from alerts.engine import States, step
from alerts.rules import Rule
from tests.alerts.made import MINUTE, rule, saw

PROMTOOL = shutil.which("promtool")
RULES, TURNS, PLACES = 12, 60, "abc"
VALUES = (-1, 0, 9, 9.999999, 10, 10.000001, 11, 20)

Series = Sequence[float | None]


def made(chance: random.Random) -> Rule:
    spans = {"for": f"{chance.choice((0, 0, 1, 2, 5, 10))}m", "keep_firing_for": f"{chance.choice((0, 0, 1, 3, 7))}m"}
    return rule(direction=chance.choice(("above", "below")), levels={"red": 10}, stale_after="5m", **spans)


def series(chance: random.Random) -> Series:
    values: list[float | None] = [chance.choice(VALUES)]
    while len(values) < TURNS:
        gap = chance.randint(1, 5) if values[-1] is not None and chance.random() < 0.1 else 0
        before = next(value for value in reversed(values) if value is not None)
        values += [None] * gap + [chance.choice(VALUES) if chance.random() < 0.4 else before]
    return values[:TURNS]


def course(one: Rule, said: Mapping[str, Series]) -> list[States]:
    """Our states after each minute."""
    states: States = {}
    newest: dict[str, tuple[int, float]] = {}
    found = []
    for turn in range(TURNS):
        newest |= {place: (turn, value) for place, values in said.items() if (value := values[turn]) is not None}
        seen = [saw(one, value, at * MINUTE, place) for place, (at, value) in newest.items()]
        states = step(one, states, seen, turn * MINUTE).states
        found.append(states)
    return found


def alerting(name: str, one: Rule) -> dict[str, object]:
    sign = ">=" if one.sign > 0 else "<="
    spans = {"for": f"{one.wait // 1000}s", "keep_firing_for": f"{one.keep // 1000}s"}
    return {"alert": name, "expr": f"{name} {sign} 10", **spans}


def expected(name: str, turn: int, states: States) -> list[dict[str, object]]:
    """What Prometheus should say of this rule in this minute: ALERTS, and since when they are active."""
    timers = {place: state.timers["red"] for place, state in states.items()}
    alerts = [
        {"labels": f'ALERTS{{alertname="{name}",place="{place}",alertstate="{state}"}}', "value": 1}
        for place, timer in timers.items()
        for state in ["firing" if timer.firing else "pending"]
    ]
    since = [
        {"labels": f'ALERTS_FOR_STATE{{alertname="{name}",place="{place}"}}', "value": timer.active // 1000}
        for place, timer in timers.items()
    ]
    told = {"ALERTS": alerts, "ALERTS_FOR_STATE": since}
    return [
        {"expr": f'{metric}{{alertname="{name}"}}', "eval_time": f"{turn}m", "exp_samples": samples}
        for metric, samples in told.items()
    ]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: apt install prometheus)")
@pytest.mark.parametrize("seed", range(3))
def test_prometheus_says_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    rules = {f"r{number}": made(chance) for number in range(RULES)}
    said = {name: {place: series(chance) for place in PLACES} for name in rules}
    inputs = [
        {
            "series": f'{name}{{place="{place}"}}',
            "values": " ".join("_" if one is None else repr(one) for one in values),
        }
        for name, places in said.items()
        for place, values in places.items()
    ]
    looks = [(name, *look) for name, one in rules.items() for look in enumerate(course(one, said[name]))]
    told = [part for look in looks for part in expected(*look)]
    groups = [{"name": "all", "interval": "1m", "rules": [alerting(name, one) for name, one in rules.items()]}]
    tests = [{"interval": "1m", "input_series": inputs, "promql_expr_test": told}]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": groups}))  # JSON is YAML
    whole = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "test.yml").write_text(json.dumps(whole))
    command = [PROMTOOL or "", "test", "rules", "test.yml"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-3000:]
