"""The schema of rule files takes what the reader takes, and refuses what is wrong by its form."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from alerts.rules import RuleBook
from alerts.ruleschema import DIALECT, schema
from config.load import read_yaml
from config.settings import RULES

VALIDATOR = Draft202012Validator(schema())
GOOD: dict[str, Any] = {
    "key": "river",
    "scenario": "water",
    "names": {"zh-CN": "水位高"},
    "what": {"en": "Level"},
    "source": {"en": "Test"},
    "basis": "sample",
    "unit": "m",
    "watch": {"metric": "water_level", "measure": "last", "window": "10m"},
    "place": {"kind": "device"},
    "levels": {"blue": 3, "yellow": {"mark": "warning"}, "red": {"at": 5, "for": "3m", "window": "1h30m"}},
    "for": "90s",
    "stale_after": "10m",
}
BROKEN: tuple[dict[str, Any], ...] = (
    {"key": "River"},
    {"key": None},
    {"colour": "red"},
    {"scenario": "traffic"},
    {"names": {}},
    {"names": {"fr": "Rivière"}},
    {"for": 90},
    {"for": ""},
    {"for": "5m1h"},
    {"for": "1.5h"},
    {"stale_after": "10 m"},
    {"levels": {}},
    {"levels": {"violet": 3}},
    {"levels": {"red": {"for": "3m"}}},
    {"levels": {"red": {"at": 3, "mark": "warning"}}},
    {"levels": {"red": {"mark": "danger"}}},
    {"levels": {"red": "3"}},
    {"place": {"kind": "street"}},
    {"place": {"kind": "cell", "across": "max", "resolution": 16}},
    {"place": {"kind": "device", "at_least": 0}},
    {"watch": {"metric": "water_level", "measure": "newest", "window": "10m"}},
    {"watch": {"metric": "water_level", "measure": "last"}},
    {"watch": {"cases": "lost", "window": "10m"}},
    {"watch": {"silent": "5m"}},
    {"clear": {"margin": -1}},
    {"clear": {"beyond": 1}},
    {"direction": "sideways"},
)


def book(**given: Any) -> dict[str, Any]:
    return {"rules": [deepcopy(GOOD) | given]}


def taken(content: dict[str, Any]) -> bool:
    try:
        RuleBook.model_validate(content)
    except ValidationError:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == DIALECT


@pytest.mark.parametrize("path", sorted(RULES.glob("*.yaml")), ids=lambda path: path.name)
def test_our_rules_are_of_the_schema(path: Any) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(read_yaml(path))] == []


def test_what_is_right_is_taken_by_both() -> None:
    assert taken(book())
    assert VALIDATOR.is_valid(book())


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_what_is_wrong_is_refused_by_both(broken: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(book(**broken))
    assert not taken(book(**broken))


@pytest.mark.parametrize("key", ["key", "watch", "place", "levels", "source", "stale_after"])
def test_what_must_be_there(key: str) -> None:
    content = book()
    del content["rules"][0][key]
    assert not VALIDATOR.is_valid(content)
    assert not taken(content)
