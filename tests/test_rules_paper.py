"""docs/rules.md says what rules take: every example in it is taken, every key is in it, its figures are right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from alerts.rulebook import read_rulebook
from alerts.rules import Rule
from alerts.steps import Active, Step
from alerts.watches import KINDS, Readings, Watch

PAPER = (Path(__file__).parents[1] / "docs" / "rules.md").read_text("utf-8")
TAKEN: TypeAdapter[Any] = TypeAdapter(Watch)


def load(text: str) -> Any:
    """YAML as text: dates stay as they are written, as the reader of rules leaves them."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts only


def numbers(given: Any) -> Any:
    """Texts that are numbers as numbers: BaseLoader leaves all as text."""
    if isinstance(given, dict):
        return {key: numbers(value) for key, value in given.items()}
    if isinstance(given, list):
        return [numbers(value) for value in given]
    return float(given) if re.fullmatch(r"-?\d+(\.\d+)?", given) else given


WATCHES = [
    text
    for line in PAPER.splitlines()
    for text in re.findall(r"`(\{.+?\})`", line)
    if re.match(rf"\{{(metric|{'|'.join(KINDS)}): ", text) and "..." not in text and "is:" not in text
]


@pytest.mark.parametrize("text", WATCHES)
def test_watches_are_taken(text: str) -> None:
    TAKEN.validate_python(numbers(load(text)))


def test_the_composite_is_taken() -> None:
    (text,) = re.findall(r"```yaml\n(watch:.+?)```", PAPER, re.DOTALL)
    TAKEN.validate_python(numbers(load(text))["watch"])


def test_levels_and_calendars_are_taken() -> None:
    for name, text in re.findall(r"`(blue|red): (\{.+?\})`", PAPER):
        assert Step.model_validate(numbers(load(text))), name
    (text,) = re.findall(r"`(\{months.+?\})`", PAPER)
    Active.model_validate(numbers(load(text)))


def test_every_key_and_kind_is_told() -> None:
    keys = {field.alias or name for name, field in Rule.model_fields.items()}
    assert {key for key in keys if f"`{key}`" not in PAPER} == set()
    assert {kind for kind in KINDS if f"{{{kind}: " not in PAPER} == set()
    measures = Readings.model_fields["measure"].annotation.__args__  # type: ignore[union-attr]
    assert {measure for measure in measures if f"`{measure}`" not in PAPER} == set()


def test_the_figures_are_right() -> None:
    book = read_rulebook()
    assert f"There are {len(book.rules)}:" in PAPER
    assert len(book.rules) - len(book.enabled) == 3
    assert f"; {len(book.rules)} rules are there" in (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_each_difference_from_prometheus_has_a_test_that_is_there() -> None:
    named = re.findall(r"`(\w+/test_\w+\.py)::(test_\w+)`", PAPER)
    assert len(named) >= 7
    for path, test in named:
        assert f"def {test}(" in (Path(__file__).parent / path).read_text("utf-8"), (path, test)
