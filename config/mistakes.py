"""What a wrong key or value of a configuration file is told as: pydantic's errors in our words. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

_WANTED: Mapping[str, str] = {
    **{"string_type": "a text", "int_type": "a whole number", "int_parsing": "a whole number"},
    **{"int_from_float": "a whole number", "float_type": "a number", "float_parsing": "a number"},
    **{"bool_type": "true or false", "bool_parsing": "true or false"},
    **{"dict_type": "keys with values", "model_type": "keys with values", "model_attributes_type": "keys with values"},
    **{"list_type": "a list", "tuple_type": "a list"},
}
"""What is wanted, by type of error."""
LONGEST = 60  # characters of a value that are shown


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
    return str(error["msg"]).removeprefix("Value error, ")


def _extra(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    meant = f"; did you mean {close[0]}?" if close else ""
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
