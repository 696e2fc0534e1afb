"""What docs/backtest.md says is so: its options are those of the command, its example is a test that passes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import typer.main
from typer.testing import CliRunner

from config.settings import RULES
from dashboard.cli import app

PAPER = (Path(__file__).resolve().parent.parent / "docs" / "backtest.md").read_text("utf-8")


def test_the_options_are_those_of_the_command() -> None:
    command = typer.main.get_command(app).commands["backtest"]  # type: ignore[attr-defined]
    options = {name for param in command.params for name in param.opts} - {"--help"}
    table = PAPER.partition("| option |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(--[a-z]+)", table)) == options


def test_the_example_comes_as_it_expects(tmp_path: Path) -> None:
    example = re.findall(r"```yaml\n(.*?)```", PAPER, re.DOTALL)[0]
    shutil.copy(RULES / "emergency.yaml", tmp_path / "my_rules.yaml")
    (tmp_path / "my_tests.yaml").write_text(example, "utf-8")
    found = CliRunner().invoke(app, ["rules", "test", str(tmp_path / "my_tests.yaml")])
    assert found.exit_code == 0, found.output


def test_the_bench_that_it_names_is_there() -> None:
    assert (Path(__file__).parent / "bench" / "backtest.py").exists()
    assert "python -m tests.bench.backtest" in PAPER
