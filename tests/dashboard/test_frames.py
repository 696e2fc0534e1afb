"""What goes over the wire: everything at first, then only what changed."""

import json
from datetime import UTC, datetime

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.frames import changed, encode, event, message

AT = datetime(2026, 7, 21, 8, 0, tzinfo=UTC)
NAMES = st.text(min_size=1, max_size=5)
VALUES = st.one_of(st.integers(), st.text(max_size=5), st.none(), st.lists(st.floats(allow_nan=False), max_size=3))
FRAMES = st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, min_size=1, max_size=3), max_size=4)


def test_a_component_becomes_json():
    encoded = encode({"title": {"children": html.B("西宁")}})
    assert json.loads(encoded["title", "children"])["props"] == {"children": "西宁"}


def test_only_what_changed_is_sent():
    before = encode({"a": {"children": "1", "className": "x"}, "b": {"children": "2"}})
    after = encode({"a": {"children": "1", "className": "y"}, "b": {"children": "2"}})
    assert changed(before, after) == {("a", "className"): '"y"'}


def test_a_message_parts_the_map_from_the_properties():
    read = json.loads(message(AT, encode({"map": {"values": "AA=="}, "a": {"children": 1}}), boot="b1"))
    expected = {"at": 1784620800000, "boot": "b1", "props": {"a": {"children": 1}}, "map": {"values": "AA=="}}
    assert read == expected


def test_a_heartbeat_has_neither():
    assert json.loads(message(AT, {})) == {"at": 1784620800000}


def test_an_event_is_one_line_of_data():
    assert event('{"text":"a\\nb"}') == b'data: {"text":"a\\nb"}\n\n'


@given(before=FRAMES, after=FRAMES)
def test_what_was_shown_and_what_changed_make_the_new_frame(before, after):
    old, new = encode(before), encode(after)
    shown = {**old, **changed(old, new)}
    assert {where: shown[where] for where in new} == new


@given(frame=FRAMES)
def test_every_message_is_json_without_a_line_break(frame):
    text = message(AT, encode(frame))
    assert "\n" not in text
    assert json.loads(text)["at"] == 1784620800000
