"""What a request to /api may say: a parameter that nobody reads is refused, a wrong shape is told as one sentence."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from fastapi import Header, HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from config.mistakes import LONGEST, said

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{8,200}$|^$",
        description="a text of your own for this change: the same body with the same key, however often, is one change",
    ),
]
"""Who got no answer cannot know whether a change was made; with a key it may be asked again without fear."""


def known_only(request: Request) -> None:
    """400 for a parameter that the route does not read: misspelt, it would be left out, and the answer be of all."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    known = sorted(_names(dependant)) if dependant else []
    for name in request.query_params:
        if dependant and name not in known:
            raise HTTPException(400, stranger(name, known))


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _names(below)


def stranger(name: str, known: Iterable[str]) -> str:
    """What is told of a parameter that is none of these."""
    names = list(known)
    close = difflib.get_close_matches(name, names, 1)
    meant = f"did you mean {close[0]}? " if close else ""
    there = f"there are {', '.join(names)}" if names else "this address takes none"
    return f"there is no parameter {name[:LONGEST]!r}; {meant}{there}"


async def unfit(request: Request, error: Exception) -> Response:
    """422 for a request of the wrong shape: one sentence that says where, what, and what is wanted."""
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    body = getattr(error, "body", None)
    told = "; ".join(dict.fromkeys(_sentence(fault, body, _model(request)) for fault in faults))
    return Response(json.dumps({"detail": told or "unfit"}), 422, media_type="application/json")


def _model(request: Request) -> type[BaseModel]:
    """What the route wants as its body."""
    field = getattr(request.scope.get("route"), "body_field", None)
    found = field.field_info.annotation if field is not None else None
    return found if isinstance(found, type) and issubclass(found, BaseModel) else BaseModel


def _sentence(fault: Mapping[str, Any], body: Any, model: type[BaseModel]) -> str:
    part, *where = fault["loc"]
    if fault["type"] == "json_invalid":
        return _torn(body, where[-1] if where else 0, fault)
    if part == "body":
        name = ".".join(map(str, where))
        text = said({**fault, "loc": tuple(where)}, model) if where or fault["type"] != "missing" else "it is missing"
        return f"in the body, {name}: {text}" if name else f"the body: {text}"
    return f"{'parameter' if part == 'query' else part} {'.'.join(map(str, where))}: {said(fault, BaseModel)}"


def _torn(body: Any, at: Any, fault: Mapping[str, Any]) -> str:
    """Where a body stops being JSON."""
    why = str(fault.get("ctx", {}).get("error", fault["msg"]))
    if not isinstance(body, str) or not isinstance(at, int):
        return f"the body is no JSON: {why}"
    line, column = body.count("\n", 0, at) + 1, at - body.rfind("\n", 0, at)
    return f"the body is no JSON from line {line}, character {column} on: {why}"
