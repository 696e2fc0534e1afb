"""What the papers say is so: commands, settings, files and parts that they name are there."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
import typer.main
from honcho.environ import parse_procfile

from config.settings import Settings, as_environment
from dashboard.cli import app
from dashboard.parts import PARTS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAPERS = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "NOTICE")


def test_the_procfile_names_every_part() -> None:
    processes = parse_procfile((ROOT / "Procfile").read_text()).processes
    assert dict(processes) == {part.name: f"yiping {part.name}" for part in PARTS}


def test_the_readme_names_commands_that_exist() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"yiping ([a-z]+)\b", README))
    assert named - commands == set()
    assert {"up", "publish", "doctor"} <= named


def test_the_papers_name_every_setting_and_no_other() -> None:
    """The README, or the paper about clusters."""
    settings = set(as_environment(Settings())) - {"YIPING_SUPERVISOR"}
    text = README + (ROOT / "docs" / "cluster.md").read_text("utf-8")
    assert set(re.findall(r"\b(?:YIPING|KAFKA|CLICKHOUSE)_[A-Z_]+[A-Z]\b", text)) == settings


@pytest.mark.parametrize("script", ["install", "tests/run", ".ci/run"])
def test_the_scripts_can_be_run(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_the_two_commands_are_the_readmes() -> None:
    assert "\n./install && .venv/bin/yiping up\n" in README
    assert "\nbash tests/run\n" in README
    assert "bash tests/run" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("paper", PAPERS)
def test_files_that_a_paper_names_exist(paper: str) -> None:
    text = (ROOT / paper).read_text("utf-8")
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    named = re.findall(r"`((?:config|streams|layers|alerts|dashboard|tests|assets)/[\w./-]+\.\w+)`", text)
    assert [path for path in [*linked, *named] if not (ROOT / path).exists()] == []


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (\S+?),", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == version
