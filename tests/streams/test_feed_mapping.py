"""A record becomes the messages that its source says, or says why not; nothing is dropped, nothing is raised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.sources import Source
from streams.feed_mapping import Mapped, Mapper, Record, Unread, newest
from streams.messages import parse
from streams.records import Rejected
from streams.unmapped import KEY

NOW = 1_784_623_320_000  # 2026-07-21T08:42:00Z
FIELDS = {"device": "id", "metric": {"value": "rain"}, "at": "at", "value": "mm"}
GOOD = {"id": "a", "at": "2026-07-21T16:42:00+08:00", "mm": 1.4}


def mapper(shift: int = 0, format: str = "json", **more: Any) -> Mapper:
    fields = FIELDS | more.pop("fields", {})
    source = Source.model_validate({"topic": "iot", "format": format, "fields": fields, **more})
    return Mapper("gauges", source, shift)


def said(mapped: list[Mapped]) -> list[dict[str, Any]]:
    return [json.loads(one.payload) for one in mapped]


def why(mapped: list[Mapped]) -> tuple[str, str]:
    (one,) = said(mapped)
    return one[KEY]["reason"], one[KEY]["detail"]


def test_a_record_becomes_a_message() -> None:
    (one,) = mapper()(Record(2, GOOD))
    assert json.loads(one.payload) == {"device": "a", "metric": "rain", "at": NOW, "value": 1.4}
    assert (one.line, one.at, one.mends) == (2, NOW, ())


def test_the_same_record_gives_the_same_bytes() -> None:
    first, again = mapper(), mapper()
    assert first(Record(2, GOOD)) == again(Record(2, dict(reversed(GOOD.items()))))


@pytest.mark.parametrize(
    ("field", "record", "expected"),
    [
        ("q", {"q": " a "}, "a"),
        ("deep.list[1].q", {"deep": {"list": [0, {"q": "b"}]}}, "b"),
        ({"path": "deep || q"}, {"q": "a"}, "a"),
        ({"value": "fixed"}, {}, "fixed"),
        ({"text": "x-{q}-{deep.er}"}, {"q": 7, "deep": {"er": True}}, "x-7-true"),
        ({"text": "x-{q}-{deep.er}"}, {"q": 7}, None),
        ({"from": "q", "map": {"1": "one"}}, {"q": 1}, "one"),
        ({"from": "q", "map": {"true": "yes"}}, {"q": True}, "yes"),
        ({"from": "q", "map": {"A": ""}}, {"q": "A"}, None),
        ({"from": "q", "map": {"A": "a"}, "unmapped": "keep"}, {"q": "B"}, "B"),
        ({"from": "q", "map": {"A": "a"}, "unmapped": "default", "default": "other"}, {"q": "B"}, "other"),
        ({"from": "q", "map": {"A": "a"}, "unmapped": "default"}, {"q": "B"}, None),
        ({"from": "q", "default": "told nothing"}, {"q": " "}, "told nothing"),
        ({"from": "q", "default": "told nothing"}, {"q": "无"}, "told nothing"),
        (
            {"from": "q", "split": "|", "map": {"P": "", "Ice": "suspect"}, "unmapped": "keep"},
            {"q": "P|Ice|x|Ice"},
            "suspect,x",
        ),
        ({"from": "q", "split": "|"}, {"q": "|"}, None),
        ({"from": "q", "map": {"P": "", "e": "estimated"}}, {"q": ["P", "e"]}, "estimated"),
        ("q", {"q": ["a", "b"]}, "a,b"),
        ("q", {"q": None}, None),
    ],
)
def test_a_field(field: Any, record: dict[str, Any], expected: str | None) -> None:
    (message,) = said(mapper(fields={"quality": field}, empty=["无"])(Record(1, GOOD | record)))
    assert message.get("quality") == expected


@pytest.mark.parametrize(
    ("record", "reason", "detail"),
    [
        ({"at": "yesterday"}, "bad_time", "at 'yesterday' is not written as iso"),
        ({"at": "2026-07-21 16:42"}, "time_without_offset", "the key zone tells it"),
        ({"mm": "1.2|1.3"}, "several_numbers", "value '1.2|1.3' holds 2 numbers"),
        ({"mm": "dry"}, "bad_value", "value 'dry' is no number"),
        ({"mm": float("nan")}, "bad_value", "is not finite"),
        ({"mm": 6999}, "sentinel_value", "value 6999 means that there was no measurement"),
        ({"q": "?"}, "unmapped", "quality '?' is not in its map"),
        ({"id": {}}, "bad_text", "is no text"),
        ({"lat": "north"}, "bad_place", "lat 'north' is no number"),
        ({"id": "\ud800"}, "bad_text", "half a surrogate pair"),
    ],
)
def test_what_cannot_be_mapped_says_why(record: dict[str, Any], reason: str, detail: str) -> None:
    fields = {"quality": {"from": "q", "map": {"A": ""}}, "lat": "lat"}
    found = why(mapper(fields=fields, sentinels=6999)(Record(9, GOOD | record)))
    assert found[0] == reason
    assert detail in found[1]


def test_what_could_not_be_read_says_why() -> None:
    (one,) = mapper()(Unread(7, "not_json", "Expecting value", "{x"))
    assert json.loads(one.payload) == {
        KEY: {"reason": "not_json", "detail": "Expecting value", "source": "gauges", "line": 7},
        "record": "{x",
    }


def test_what_is_missing_is_left_to_ingest_to_say() -> None:
    (one,) = mapper()(Record(1, {"id": "a", "at": GOOD["at"]}))
    (item,) = parse("iot", one.payload, NOW)
    assert isinstance(item, Rejected)
    assert item.reason == "missing_field"


def test_a_skipped_record_is_no_message_and_one_that_fits_none_is_a_reject() -> None:
    chosen = mapper(skip="id == 'test'", messages=[{"when": "kind == 'gauge'"}])
    assert chosen(Record(1, GOOD | {"id": "test"})) == []
    assert why(chosen(Record(1, GOOD)))[0] == "no_message"
    assert len(said(chosen(Record(1, GOOD | {"kind": "gauge"})))) == 1


@pytest.mark.parametrize(
    ("value", "truth"), [(0, 1), (1, 1), ("x", 1), ("", 0), (None, 0), (False, 0), ([], 0), ({}, 0)]
)
def test_zero_is_something(value: Any, truth: int) -> None:
    assert (
        len([one for one in said(mapper(messages=[{"when": "q"}])(Record(1, GOOD | {"q": value}))) if KEY not in one])
        == truth
    )


def test_each_item_of_a_list_is_a_message() -> None:
    each = {"each": "steps", "as": "step", "when": "step.mm", "fields": {"value": "step.mm", "quality": "note"}}
    record = GOOD | {"note": "n", "steps": [{"mm": 1}, {"mm": None}, {"mm": 3}, {"mm": "x"}]}
    found = said(mapper(messages=[each])(Record(1, record)))
    assert [one.get("value") for one in found] == [1.0, 3.0, None]
    assert found[0]["quality"] == "n"
    assert found[2][KEY]["reason"] == "bad_value"
    assert why(mapper(messages=[each])(Record(1, GOOD | {"steps": "x"})))[0] == "wrong_shape"
    assert why(mapper(messages=[each])(Record(1, GOOD | {"steps": []})))[0] == "no_message"


def test_a_record_that_is_no_object_is_named_record() -> None:
    fields = {"device": "record[0]", "at": "record[1]", "value": "record[2]"}
    assert said(mapper(fields=fields)(Record(1, ["a", GOOD["at"], 2])))[0]["value"] == 2.0


def test_a_function_that_is_given_nonsense_is_a_reject() -> None:
    assert why(mapper(fields={"value": {"path": "abs(id)"}})(Record(1, GOOD)))[0] == "wrong_shape"
    assert why(mapper(skip="length(mm) == `1`")(Record(1, GOOD)))[0] == "wrong_shape"


def test_columns_are_found_by_their_names_as_they_are() -> None:
    fields = {"device": {"text": "d-{编号 (新)}"}, "at": "a.b", "value": "mm"}
    record = {"编号 (新)": "1", "a.b": GOOD["at"], "mm": "2"}
    assert said(mapper(format="csv", fields=fields)(Record(1, record)))[0] == {
        "device": "d-1",
        "metric": "rain",
        "at": NOW,
        "value": 2.0,
    }


def test_what_was_mended_is_marked() -> None:
    (one,) = mapper(several="last", fields={"quality": "q"})(Record(1, GOOD | {"mm": "1|2", "q": "e"}))
    assert one.mends == ("several",)
    assert json.loads(one.payload)["quality"] == "e,several"


def test_times_can_be_moved_for_a_trial() -> None:
    (one,) = mapper(shift=5_000)(Record(1, GOOD))
    assert (json.loads(one.payload)["at"], one.at) == (NOW + 5_000, NOW + 5_000)
    assert newest([one, Mapped(b"", 1), Mapped(b"", 1, NOW)]) == NOW + 5_000
    assert newest([]) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "at", "mm", "q"]), inner, max_size=4)
    ),
    max_leaves=8,
)
WIDE = mapper(
    fields={"quality": {"from": "q", "map": {"A": "a"}, "split": "|"}, "device": {"text": "d-{id}"}},
    zone="Asia/Shanghai",
    time=["iso", "epoch_s", "%Y"],
    several="mean",
    skip="q == 'skip'",
    messages=[{}, {"each": "q", "fields": {"value": "item"}}],
)


@given(anything)
def test_nothing_is_raised_and_nothing_vanishes(found: Any) -> None:
    made = WIDE(Record(1, found))
    assert made or found["q"] == "skip"
    for one in made:
        assert parse("iot", one.payload, NOW)
