"""What `yiping schema` says and what the parser does are the same, as far as a schema can say it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from dashboard.cli import app
from streams.messages import STAGES, STREAMS, Rejected, Stream, parse
from streams.metrics import METRICS, RANGES
from streams.parse_fields import DAY, HOUR, SENTINELS
from streams.schema import every_schema, schema

NOW = round(datetime(2026, 11, 21, 18, 6, tzinfo=UTC).timestamp() * 1000)


def plain(found: Any) -> Any:
    """As a program reads it that was given the text."""
    return json.loads(json.dumps(found))


VALID = {stream: Draft202012Validator(plain(schema(stream))) for stream in STREAMS}


def told(stream: Stream, message: Mapping[str, Any]) -> list[Rejected]:
    """What the parser does not take of a message."""
    raw = json.dumps(message, ensure_ascii=False).encode()
    return [one for one in parse(stream, raw, NOW) if isinstance(one, Rejected)]


@pytest.mark.parametrize("stream", STREAMS)
def test_the_schemas_are_schemas_and_their_examples_are_taken(stream: Stream) -> None:
    Draft202012Validator.check_schema(plain(schema(stream)))
    for example in schema(stream)["examples"]:
        assert list(VALID[stream].iter_errors(plain(example))) == []
        assert told(stream, example) == []


@pytest.mark.parametrize("stream", STREAMS)
def test_every_field_is_described(stream: Stream) -> None:
    found = schema(stream)
    fields = found.get("$defs", {}).get("one", found)["properties"]
    assert [name for name, field in fields.items() if field and len(field["description"]) < 5] == []


def test_all_of_them_together_are_one_schema() -> None:
    every = plain(every_schema())
    Draft202012Validator.check_schema(every)
    one = {"$ref": "urn:yiping:iot", **every}
    validator = Draft202012Validator(one)
    assert validator.is_valid({"device": "a", "metric": "rain", "at": NOW, "value": 1})
    assert not validator.is_valid({"device": "a", "metric": "rain", "at": NOW, "value": -1})


def test_the_command_prints_it() -> None:
    printed = CliRunner().invoke(app, ["schema", "iot"])
    assert json.loads(printed.stdout) == plain(schema("iot"))
    assert list(json.loads(CliRunner().invoke(app, ["schema"]).stdout)["$defs"]) == list(STREAMS)
    assert CliRunner().invoke(app, ["schema", "readings"]).exit_code == 2


# -- whatever the schema allows, within what only the parser can judge, is taken

seen = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"))
names = st.text(seen, min_size=1, max_size=256).filter(str.strip) | st.integers(0, 10**9)
lines = st.text(seen, min_size=1, max_size=300).filter(str.strip)
maybe = st.none() | st.just("") | names


def iso(at: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).isoformat()


def times(least: int, most: int) -> st.SearchStrategy[Any]:
    return st.integers(least, most) | st.integers(least, most).map(iso)


believable = times(NOW - 400 * DAY, NOW + HOUR)
places = st.just({}) | st.fixed_dictionaries(
    {"lat": st.floats(-90, 90), "lon": st.floats(-180, 180)},
    optional={"datum": st.sampled_from(["WGS-84", "CGCS2000", "GCJ-02", "BD-09", "", None])},
)


def message(
    required: Mapping[str, st.SearchStrategy[Any]],
    optional: Mapping[str, st.SearchStrategy[Any]],
    placed: st.SearchStrategy[dict[str, Any]] = places,
) -> st.SearchStrategy[dict[str, Any]]:
    fields = st.fixed_dictionaries(dict(required), optional=dict(optional))
    return st.builds(lambda found, where: found | where, fields, placed)


def value_of(metric: str) -> st.SearchStrategy[float]:
    return st.floats(*RANGES[metric]).filter(lambda value: value not in SENTINELS)


known = st.sampled_from(sorted(METRICS)).flatmap(
    lambda metric: message(
        {"device": names, "metric": st.just(metric), "at": believable, "value": value_of(metric)}, {"quality": maybe}
    )
)
unknown = message(
    {"device": names, "metric": names.filter(lambda name: str(name).strip() not in METRICS), "at": believable,
     "value": st.floats(-1e9, 1e9).filter(lambda value: value not in SENTINELS)},
    {"quality": maybe, "unit": maybe},
)  # fmt: skip
readings = known | unknown
steps = message(
    {"case": names, "at": believable, "stage": st.sampled_from(STAGES)},
    {**dict.fromkeys(("category", "district", "channel", "department"), maybe), "title": lines, "contact": lines,
     "text": st.text(seen | st.just("\n")), "due": st.none() | times(946_684_800_000, 4_417_977_600_000)},
)  # fmt: skip
happenings = message(
    {"event": names, "at": believable, "kind": names, "title": lines, "status": names, "source": names},
    {"class": maybe, "grade": maybe, "text": st.text(seen | st.just("\n")), "area": lines},
)
measured = (
    st.fixed_dictionaries({"metric": names})
    | st.sampled_from([name for name, metric in METRICS.items() if metric.unit]).map(
        lambda name: {"metric": name, "unit": METRICS[name].unit}
    )
    | st.lists(names.map(str), min_size=1, max_size=5).map(lambda found: {"metrics": found})
    | st.dictionaries(st.sampled_from(sorted(METRICS)), st.none() | st.just(""), min_size=1).map(
        lambda found: {"metrics": found}
    )
)
sites = places.filter(lambda place: not place or (place["lat"] and place["lon"]))
entries = st.builds(
    lambda found, what: found | what,
    message(
        {"device": names},
        {"at": times(946_684_800_000, NOW + HOUR), "state": st.sampled_from(["active", "retired", "", None]),
         **dict.fromkeys(("kind", "gateway", "owner"), maybe), "interval": st.none() | st.floats(0, 31_622_400),
         "name": maybe | st.fixed_dictionaries({}, optional={"zh-CN": maybe, "en": maybe})},
        sites,
    ),
    measured,
)  # fmt: skip
ALLOWED: Mapping[Stream, st.SearchStrategy[dict[str, Any]]] = {
    "iot": readings | st.lists(readings, min_size=1, max_size=4).map(lambda found: {"readings": found}),
    "cases": steps,
    "events": happenings,
    "devices": entries | st.lists(entries, min_size=1, max_size=4).map(lambda found: {"devices": found}),
}


@pytest.mark.parametrize("stream", STREAMS)
@settings(deadline=None, max_examples=60)  # libraries are loaded when they are first needed
@given(data=st.data())
def test_what_the_schema_allows_is_taken(stream: Stream, data: st.DataObject) -> None:
    found = data.draw(ALLOWED[stream])
    assert [error.message for error in VALID[stream].iter_errors(plain(found))] == []
    assert told(stream, found) == []


# -- a required field that is not there and a field of another type are refused by both

REQUIRED: Mapping[Stream, tuple[str, ...]] = {
    "iot": ("device", "metric", "at", "value"),
    "cases": ("case", "at", "stage"),
    "events": ("event", "at", "kind", "title", "status", "source"),
    "devices": ("device", "metric"),
}
wrong = st.sampled_from([True, False, [], ["a"], {}, {"a": 1}])


def singles(stream: Stream) -> st.SearchStrategy[dict[str, Any]]:
    """Messages with one thing in them; entries that are read in full."""
    alone = {"iot": readings, "cases": steps, "events": happenings, "devices": entries}[stream]
    return alone.map(lambda found: _in_full(found) if stream == "devices" else found)


def _in_full(found: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in found.items() if name not in ("state", "metrics", "unit")} | {"metric": "rain"}


@pytest.mark.parametrize("stream", STREAMS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_field_that_is_missing_is_refused_by_both(stream: Stream, data: st.DataObject) -> None:
    found = data.draw(singles(stream))
    field = data.draw(st.sampled_from(REQUIRED[stream]))
    without = {name: value for name, value in found.items() if name != field}
    for lacking in (without, {**without, field: None}):
        assert not VALID[stream].is_valid(plain(lacking))
        assert [one.reason for one in told(stream, lacking)] == ["missing_field"]


@pytest.mark.parametrize("stream", STREAMS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_field_of_another_type_is_refused_by_both(stream: Stream, data: st.DataObject) -> None:
    found = data.draw(singles(stream))
    known_fields = schema(stream).get("$defs", {}).get("one", schema(stream))["properties"]
    field = data.draw(st.sampled_from([name for name, kind in known_fields.items() if kind and name in found]))
    changed = {**found, field: data.draw(wrong)}
    if VALID[stream].is_valid(plain(changed)):  # an object where one is allowed
        assert told(stream, changed) == []
    else:
        assert told(stream, changed) != []
