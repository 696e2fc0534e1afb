"""`yiping rules`: what it says and with which code it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.settings import RULES as RULES_FOLDER
from dashboard.cli import app
from tests.alerts.test_rules import PLAIN, written

RULES = PLAIN.replace("for: 90s", "for: 1m")
CASES = """rules: [a.yaml]
cases:
  - rule: river
    title: up and down
    place: g1
    readings: [{device: g1, metric: water_level, values: [3, "4.5 x 3", "3 x 2"]}]
    expect: [1 pending, 2 yellow, 4 clear]
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("YIPING_LANGUAGE", "en")
    return CliRunner()


def test_a_test_that_comes_as_expected(run: CliRunner, tmp_path: Path) -> None:
    written(tmp_path, RULES)
    found = run.invoke(app, ["rules", "test", str(written(tmp_path, CASES, "t.yaml"))])
    assert found.exit_code == 0
    assert "t.yaml:3: river: up and down\n1 tests, all as expected" in found.output


def test_one_that_does_not_shows_both(run: CliRunner, tmp_path: Path) -> None:
    written(tmp_path, RULES)
    found = run.invoke(app, ["rules", "test", str(written(tmp_path, CASES.replace("2 yellow", "2 red"), "t.yaml"))])
    assert found.exit_code == 1
    assert "expected 1 pending, 2 red, 4 clear" in found.output
    assert "came     1 pending, 2 yellow, 4 clear" in found.output
    assert "2 yellow: value 4.5, threshold 4: crossed" in found.output


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("rule: river", "rule: lake", "line 3: there is no rule lake in"),
        ("4 clear]", "4 over]", "line 7: cases.0.expect: '4 over' is no transition"),
        ("[a.yaml]", "[b.yaml]", "b.yaml: no such file"),
        ("device: g1,", "", "line 6: cases.0.readings.0.device: the key device is missing"),
    ],
)
def test_a_file_that_cannot_be_used(run: CliRunner, tmp_path: Path, good: str, bad: str, said: str) -> None:
    written(tmp_path, RULES)
    assert good in CASES
    found = run.invoke(app, ["rules", "test", str(written(tmp_path, CASES.replace(good, bad), "t.yaml"))])
    assert found.exit_code == 2
    assert said in found.output


def test_check_says_lines(run: CliRunner, tmp_path: Path) -> None:
    path = written(tmp_path, RULES.replace("unit: m", "unit: mm"))
    found = run.invoke(app, ["rules", "check", str(path)])
    assert found.exit_code == 2
    assert f"{path}, line 8: river: water_level is stored in m" in found.output


def test_check_warns_and_takes(run: CliRunner, tmp_path: Path) -> None:
    path = written(tmp_path, RULES.replace("metric: water_level", "metric: water_levle"))
    found = run.invoke(app, ["rules", "check", str(path)])
    assert found.exit_code == 0
    assert f"{path}, line 9: river: warning: nobody here knows the metric water_levle" in found.output
    assert "1 rules are right" in found.output


def test_check_says_all_that_is_wrong_in_all_files(run: CliRunner, tmp_path: Path) -> None:
    one = written(tmp_path, RULES.replace("unit: m", "unit: mm"))
    two = written(tmp_path, RULES.replace("for: 1m", "for: 1"), "b.yaml")
    found = run.invoke(app, ["rules", "check", str(one), str(two)])
    assert found.exit_code == 2
    assert f"{one}, line 8: river: water_level is stored in m" in found.output
    assert f"{two}, line 2: rules.0.key: rule 'river' is given in {one}, line 2, too" in found.output
    assert f"{two}, line 12: rules.0.for: 1 is not a duration" in found.output
    assert "3 mistakes" in found.output


def test_check_says_which_keys_another_file_gives(run: CliRunner, tmp_path: Path) -> None:
    path = written(tmp_path, RULES.replace("key: river", "key: river_level"))
    found = run.invoke(app, ["rules", "check", str(path)])
    assert found.exit_code == 0
    assert "warning: 1 of its keys are given in" in found.output
    assert "(river_level)" in found.output
    assert run.invoke(app, ["rules", "check", str(RULES_FOLDER / "water.yaml")]).output == "16 rules are right\n"


def test_the_schema_is_printed(run: CliRunner) -> None:
    found = run.invoke(app, ["rules", "schema"])
    assert found.exit_code == 0
    assert json.loads(found.output)["$defs"]["Rule"]
