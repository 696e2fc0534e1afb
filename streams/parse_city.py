"""A case step or a city event from a decoded JSON object. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from streams.parse_area import outline, point
from streams.parse_fields import Fields, Refusal, mend, name, optional_line, optional_name, optional_text, text
from streams.parse_place import place
from streams.parse_times import instant, optional_time
from streams.records import STAGES, CaseStep, CityEvent

Reader = Callable[[Mapping[str, Any], str], str]

_OF_STEP: Mapping[str, Reader] = {
    **{"case": name, "category": optional_name, "title": optional_line, "text": optional_text},
    **{"district": optional_name, "channel": optional_name, "department": optional_name, "contact": optional_line},
}
_OF_EVENT: Mapping[str, Reader] = {
    **{"event": name, "kind": name, "class": optional_name, "grade": optional_name, "title": text},
    **{"text": optional_text, "area": optional_line, "status": name, "source": name},
}
NO_END = "no_end"
"""Mark of an event whose `expires` says nothing: it is as if it had none."""
NO_OUTLINE = "no_outline"
"""Mark of an event whose `polygon` or `circle` is none: it is where its lat and lon are."""
_KEYS = {"class": "class_", "source": "sender"}
"""Names of the wire that are called otherwise in a record."""


def read_step(found: Fields, now: int) -> CaseStep:
    """One step of a case. Raises Refusal."""
    told = _texts(found, _OF_STEP)
    at, stage, due = instant(found, "at", now), _stage(found), optional_time(found, "due")
    lat, lon, _ = place(found)
    return CaseStep(at=at, stage=stage, due=due, lat=lat, lon=lon, marks=_marks(found), **told)


def read_event(found: Fields, now: int) -> CityEvent:
    """One event of a feed. Raises Refusal."""
    told = _texts(found, _OF_EVENT)
    at = instant(found, "at", now)
    end, rings = _end(found, at), _outline(found)
    lat, lon, _ = place(found)
    told |= {"outline": rings, "message": found.message, "marks": _marks(found)}
    return CityEvent(at=at, lat=lat, lon=lon, expires=end, **told)


def _outline(found: Fields) -> str:
    """The rings it is about; without a place of its own it lies in them. A warning is not lost for a bad border."""
    try:
        polygons, circles = _list(found.get("polygon")), _list(found.get("circle"))
        rings = outline(polygons, circles)
        if rings and found.get("lat") is None and found.get("lon") is None:
            found["lat"], found["lon"] = point(polygons, circles)[0] or (None, None)
            found["datum"] = None  # which would be that of lat and lon; borders are WGS-84
    except Refusal:
        mend(found, NO_OUTLINE)
        return ""
    return rings


def _list(said: object) -> list[str]:
    """One text or several. Raises Refusal."""
    texts = said if isinstance(said, list) else [said] if said else []
    if not all(isinstance(one, str) for one in texts):
        raise Refusal("bad_place", "a border must be text")
    return [str(one) for one in texts]


def _end(found: Fields, at: int) -> int | None:
    """When it is over by itself. A warning is not lost for an end that nobody can read, or that lies before it."""
    try:
        end = optional_time(found, "expires")
    except Refusal:
        end = at
    if end is None or end > at:
        return end
    mend(found, NO_END)
    return None


def _texts(found: Fields, readers: Mapping[str, Reader]) -> dict[str, str]:
    return {_KEYS.get(field, field): read(found, field) for field, read in readers.items()}


def _stage(found: Fields) -> str:
    stage = name(found, "stage")
    if stage not in STAGES:
        raise Refusal("unknown_stage", f"stage {stage[:40]!r} is none of {', '.join(STAGES)}")
    return stage


def _marks(found: Fields) -> str:
    return ",".join(found.marks)
