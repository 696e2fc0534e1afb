"""The page about a province: every sum is worked out again from its base figures, and every command exists."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "province.md").read_text("utf-8")
GIVEN = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", PAGE, re.MULTILINE))
SUMS = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| ([\d.]+) \|", PAGE, re.MULTILINE)


def worked_out() -> dict[str, float]:
    """Each sum by name; one may use those above it."""
    known = {name: float(value) for name, value in GIVEN.items()}
    for name, text, _ in SUMS:
        assert re.fullmatch(r"[\w\s.*/+()-]+", text)
        known[name] = float(eval(text, {"__builtins__": {}, "ceil": math.ceil}, known))  # noqa: S307 - our own page
    return known


def test_the_page_has_sums() -> None:
    assert len(GIVEN) >= 15
    assert len(SUMS) >= 12


@pytest.mark.parametrize(("name", "told"), [(name, told) for name, _, told in SUMS])
def test_a_sum_is_right(name: str, told: str) -> None:
    digits = len(told.partition(".")[2])
    assert round(worked_out()[name], digits) == pytest.approx(float(told)), f"{name} is {worked_out()[name]}"


def test_what_is_said_in_words_is_what_was_worked_out() -> None:
    words = re.search(r"^So: (\d+) partitions, (\d+) ingest processes", PAGE, re.MULTILINE)
    assert words is not None
    assert [float(word) for word in words.groups()] == [worked_out()["partitions"], worked_out()["processes"]]
    assert f"--partitions {words[1]} " in PAGE
    assert f"retention.ms={int(float(GIVEN['kafka_days']) * 86_400_000)}" in PAGE


def test_the_benches_that_it_names_exist() -> None:
    named = set(re.findall(r"python -m (tests\.bench\.\w+)", PAGE))
    assert len(named) >= 4
    assert all((ROOT / f"{name.replace('.', '/')}.py").is_file() for name in named)
