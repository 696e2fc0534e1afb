"""What a wrong key or value of a configuration file is told as: pydantic's errors in our words. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic_core import PydanticCustomError

_WANTED: Mapping[str, str] = {
    **{"string_type": "a text", "int_type": "a whole number", "int_parsing": "a whole number"},
    **{"int_from_float": "a whole number", "float_type": "a number", "float_parsing": "a number"},
    **{"bool_type": "true or false", "bool_parsing": "true or false"},
    **{"dict_type": "keys with values", "model_type": "keys with values", "model_attributes_type": "keys with values"},
    **{"list_type": "a list", "tuple_type": "a list"},
}
"""What is wanted, by type of error."""
FLAWS = "flaws"
LONGEST = 60  # characters of a value that are shown

_LOOKS: Mapping[str, str] = {
    "^[a-z][a-z0-9_]*$": "small Latin letters, digits and _, a letter first, such as my_rule",
    "^[0-9a-z_-]{0,40}$": "at most 40 small Latin letters, digits, _ and -",
}
"""What a text must look like, by pattern."""

_WIDE: Mapping[str, str] = {
    **dict(zip("：，；｛｝［］（）“”‘’＃－％", ":,;{}[]()\"\"''#-%", strict=True)),
    **dict.fromkeys("\u3000\u00a0", "a blank"),
    **{chr(ord("０") + digit): str(digit) for digit in range(10)},
}
"""What a Chinese keyboard gives for a sign of YAML; to YAML it is a letter."""

_TORN: Mapping[str, str] = {
    "could not find expected ':'": "no `key: value`; a colon and a blank stand between the two",
    "mapping values are not allowed here": "a `key: value` that fits nowhere; is the line before it whole?",
    "expected <block end>, but found '<block mapping start>'": "another indent than that of the keys beside it",
    "but found another document": "a second document begins here (---); a file holds one",
    "found unconstructable recursive node": "an anchor (&) that holds itself",
}
"""What the reader of YAML says, in our words."""


class Flaw(NamedTuple):
    """Something wrong with a part as a whole: the keys that lead to where it is seen, and a sentence."""

    at: tuple[int | str, ...]
    text: str


def refuse(flaws: Sequence[Flaw]) -> None:
    """Refuse a part of a file, from its validator, for all of these at once; `spread` tells them apart again."""
    if flaws:
        text = "; ".join(one.text for one in flaws)
        raise PydanticCustomError(FLAWS, "{text}", {"text": text, "flaws": list(flaws)})


def spread(error: Any) -> Iterator[Any]:
    """One of ValidationError.errors() as the mistakes that it holds, each with its own place: one, or many flaws."""
    if error["type"] != FLAWS:
        yield error
        return
    for flaw in error["ctx"]["flaws"]:
        yield {**error, "loc": (*error["loc"], *flaw.at), "msg": flaw.text}


def torn(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int | str, str]:
    """The line (from 1) at which a file stops being YAML, and what is wrong there and how to mend it."""
    problem = str(error.problem)
    mark = error.context_mark if "expected ':'" in problem and error.context_mark else error.problem_mark
    if mark is None:
        return "?", problem
    began = error.context_mark.line + 1 if error.context_mark else 0
    text = "a tab; blanks stand before and between words" if "'\\t'" in problem else _TORN.get(problem, problem)
    if "or '}'" in problem or "or ']'" in problem:
        text = f"{problem}; is the bracket of line {began} closed, and is there a comma before this?"
    near = [(number, lines[number - 1]) for number in (mark.line + 1, mark.line, began) if 0 < number <= len(lines)]
    wide = next(((number, sign) for number, line in near for sign in line if sign in _WIDE), None)
    return (mark.line + 1, text) if wide is None else (wide[0], f"{text}; {_widely(wide[1])}")


def _widely(sign: str) -> str:
    name = f"U+{ord(sign):04X}" if sign.isspace() else sign
    return f"{name} is a wide sign, for YAML a letter like any other: write {_WIDE[sign]}"


def said(error: Any, model: type[BaseModel]) -> str:
    """One of ValidationError.errors() of `model` as a sentence: what is wrong, and what to write instead."""
    kind, where = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return _extra(str(where[-1]), _keys(model, where[:-1]))
    if kind == "missing":
        return f"the key {where[-1]} is missing; add it"
    if kind == "literal_error":
        return f"{_shown(error['input'])} is not known; write {error['ctx']['expected']}"
    if kind in _WANTED:
        keys = ", ".join(_keys(model, where)) if "model" in kind else ""
        return f"{_WANTED[kind]} wanted, not {_shown(error['input'])}" + (f"; the keys are {keys}" if keys else "")
    return _looks(error) or str(error["msg"]).removeprefix("Value error, ")


def _looks(error: Any) -> str:
    """Of a text that looks otherwise than wanted: how it should; '' for any other mistake."""
    if error["type"].startswith("date_"):
        return f"{_shown(error['input'])} is no day; write one such as 2026-03-01"
    looks = _LOOKS.get(error.get("ctx", {}).get("pattern", ""), "")
    return f"{_shown(error['input'])} does not do; write {looks}" if looks else ""


def _extra(key: str, known: list[str]) -> str:
    wide = next((sign for sign in key if sign in _WIDE), "")
    close = difflib.get_close_matches(key, known, 1)
    meant = f"; {_widely(wide)}." if wide else f"; did you mean {close[0]}?" if close else "."
    return f"there is no key {key}{meant}" + (f" The keys are {', '.join(known)}" if known else "")


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _keys(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    """Keys that the part at `where` may have, as the file writes them; none when it is not clear which part it is."""
    some: list[Any] = [model]
    for step in where:
        some = [below for one in some for part in _models(one) for below in _below(part, step)] or some
    return list(dict.fromkeys(key for one in some for part in _models(one) if _is_model(part) for key in _named(part)))


def _named(model: Any) -> Iterator[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _below(part: Any, step: int | str) -> list[Any]:
    if not _is_model(part):
        return [get_args(part)[-1 if get_origin(part) is dict else 0]]
    return [field.annotation for name, field in part.model_fields.items() if step in (field.alias or name, name)]


def _models(annotation: Any) -> Iterator[Any]:
    """Models, lists and maps that an annotation allows."""
    if _is_model(annotation):
        root = annotation.model_fields.get("root")
        yield from _models(root.annotation) if root else (annotation,)
    elif get_origin(annotation) in (dict, list, tuple):
        yield annotation
    else:
        for one in get_args(annotation):
            yield from _models(one)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
