"""Strict YAML: what looks like a mistake is one.

A key given twice is refused, a time such as `22:30` stays text (YAML 1.1 would read it as 1350), so do `no` and `on`,
and every error names the file, the line and what is wrong there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from config.faults import Fault
from config.mistakes import said, spread, torn

Model = TypeVar("Model", bound=BaseModel)


class ConfigError(Fault, ValueError):
    """A file of the configuration cannot be used; the text names the file, the place in it and the mend."""


class _QuickLoader(yaml.CSafeLoader):
    """libyaml's SafeLoader, without YAML 1.1's surprises: an eighth of the time of Python's own."""


class _TellingLoader(yaml.SafeLoader):
    """Python's own, with the same rules: asked when the quick one refuses, since its words are those that we know."""


def _strict_resolvers() -> dict[str, list[tuple[str, Any]]]:
    """Resolvers of the YAML core schema: true/false, null, decimal numbers; all else is text."""
    scalars = (
        ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
        ("tag:yaml.org,2002:null", r"^(?:~|null|)$", ["~", "n", ""]),
        ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
        (
            "tag:yaml.org,2002:float",
            r"^[-+]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$",
            "-+.0123456789",
        ),
    )
    table: dict[str, list[tuple[str, Any]]] = {}
    for tag, pattern, firsts in scalars:
        for first in firsts:
            table.setdefault(first, []).append((tag, re.compile(pattern)))
    return table


def _mapping(loader: _QuickLoader | _TellingLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise yaml.MarkedYAMLError(problem=f"key {key!r} is given twice", problem_mark=key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


for _loader in (_QuickLoader, _TellingLoader):
    _loader.yaml_implicit_resolvers = _strict_resolvers()
    _loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _read(read: Callable[..., Any], text: str) -> Any:
    """What yaml's `load` or `compose` makes of a text. Raises YAMLError, in the words of Python's reader."""
    try:
        return read(text, Loader=_QuickLoader)
    except yaml.YAMLError:
        return read(text, Loader=_TellingLoader)


def read_yaml(path: Path) -> Any:
    """The content of one YAML file.

    Raises ConfigError, naming file and line, when the file is missing, is not YAML, or gives a key twice.
    """
    try:
        return _read(yaml.load, path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        at = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {at}: not UTF-8 from byte {error.start} on; save the file as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line, text = torn(error, path.read_text("utf-8").splitlines())
        raise ConfigError(f"{path}, line {line}: {text}") from None


def line_of(path: Path, location: tuple[int | str, ...]) -> int:
    """The line (from 1) at which the value at `location` stands; that of its nearest parent when the key is missing."""
    node, line = _composed(path.read_text("utf-8")), 1
    for step in location:
        below = _child(node, step)
        if below is None:
            break
        node, line = below
    return line


@lru_cache(maxsize=2)
def _composed(text: str) -> Any:
    """Once for all findings of a file: one of 3,000 rules takes seconds."""
    return _read(yaml.compose, text)


def _child(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


def load(path: Path, model: type[Model]) -> Model:
    """One YAML file as `model`. Raises ConfigError with one line an error: file, line, path of keys, what is wrong."""
    return fit(path, read_yaml(path), model)


def fit(path: Path, given: Any, model: type[Model], at: tuple[int | str, ...] = ()) -> Model:
    """What a file holds at `at` as `model`. Raises as `load`."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = [part for one in error.errors() for part in spread(one)]
        found = [one for one in errors if one["type"] != "too_short" or not _deeper(one, errors)]
        raise ConfigError("\n".join(_explain(path, one, model, at) for one in found)) from None


def _deeper(one: Any, others: list[Any]) -> bool:
    """True when something in it is wrong, too: a list whose items were refused is not short of items."""
    depth = len(one["loc"])
    return any(len(other["loc"]) > depth and other["loc"][:depth] == one["loc"] for other in others)


def _explain(path: Path, error: Any, model: type[BaseModel], at: tuple[int | str, ...]) -> str:
    steps = (*at, *(step for step in error["loc"] if step != "[key]"))
    where = ".".join(str(step) for step in steps) or "the file"
    return f"{path}, line {line_of(path, steps)}: {where}: {said(error, model)}"
