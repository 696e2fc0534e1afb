"""CAP 1.2: what an alert means, and that no XML does harm."""

from __future__ import annotations

import time
import tracemalloc
from random import Random
from typing import Any

import pytest

from streams.messages import BIGGEST
from streams.parse_area import point
from streams.parse_fields import Refusal
from streams.records import CityEvent, Rejected
from tests.streams.test_messages import CAP, one

SOON = 0.1  # s of the processor for a message of a megabyte
SMALL = 30 << 20  # bytes of Python's memory


def event(*changes: tuple[str, str]) -> CityEvent:
    item = one("events", cap(*changes))
    assert isinstance(item, CityEvent)
    return item


def cap(*changes: tuple[str, str]) -> bytes:
    text = CAP
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def refused(payload: bytes) -> Rejected:
    item = one("events", payload)
    assert isinstance(item, Rejected)
    return item


# -- nothing does harm

LEVELS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE alert [<!ENTITY l0 "lol">{LEVELS}]>'
QUADRATIC = f'<!DOCTYPE alert [<!ENTITY a "{"x" * 100_000}">]>'
BOMBS = {
    "billion laughs": cap(("<alert", LAUGHS + "<alert"), ("未来三小时", "&l9;")),
    "billion laughs in an attribute": cap(("<alert ", LAUGHS + '<alert a="&l9;" ')),
    "quadratic blow-up": cap(("<alert", QUADRATIC + "<alert"), ("未来三小时", "&a;" * 100_000)),
    "external entity": cap(
        ("<alert", '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert'), ("未来三小时", "&x;")
    ),
    "external document type": cap(("<alert", '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd"><alert')),
    "parameter entity": cap(
        ("<alert", '<!DOCTYPE alert [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><alert'),
    ),
    "in UTF-16": (LAUGHS + CAP.partition("?>")[2].replace("未来三小时", "&l9;")).encode("utf-16"),
    "in UTF-16 without mark": (LAUGHS + CAP.partition("?>")[2]).encode("utf-16-le"),
    "in UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY b "c"]><a>&b;</a>',
    "deep": b"<a>" * 200_000,
    "deep and whole": b"<a>" * 120_000 + b"</a>" * 120_000,
    "many attributes": b"<a " + b" ".join(b'a%d="1"' % n for n in range(80_000)) + b"/>",
    "many namespaces": b"<a " + b" ".join(b'xmlns:a%d="u"' % n for n in range(40_000)) + b"/>",
    "one long name": b"<" + b"a" * 1_000_000 + b"/>",
    "processing instructions": b"<?a b?>" * 100_000 + b"<a/>",
    "unknown entity": cap(("未来三小时", "&nothing;")),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_reject_and_nothing_else(name: str) -> None:
    payload = BOMBS[name]
    assert len(payload) <= BIGGEST, "or it would be refused for its size alone"
    tracemalloc.start()
    began = time.process_time()
    found = refused(payload)
    took = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.reason in ("bad_xml", "not_utf8", "not_json")
    assert took < SOON
    assert peak < SMALL


def test_nothing_is_included() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert event(("未来三小时", include)).text == ""


def test_a_style_sheet_and_comments_are_not_read() -> None:
    found = event(
        ("<alert", '<?xml-stylesheet href="http://127.0.0.1:9/x"?><!-- <info/> --><alert'), ("暴雨橙", "暴<!--x-->雨橙")
    )
    assert found.title == "暴雨橙色预警"


def test_a_megabyte_of_text_is_read_soon() -> None:
    began = time.process_time()
    found = event(("未来三小时", "雨" * 340_000))
    assert time.process_time() - began < SOON
    assert len(found.text) == 340_000


# -- what it means


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        (("en-US", "zh-CN"), "second"),
        (("zh-HK", "zh-CN"), "second"),
        (("zh-HK", "en-US"), "first"),
        (("en-US", "zh"), "second"),
        (("en-US", "fr-FR"), "first"),
        (("", "en-US"), "first"),
    ],
)
def test_chinese_comes_first(languages: tuple[str, str], expected: str) -> None:
    infos = CAP[CAP.index("<info>") : CAP.rindex("</alert>")]
    said = "".join(
        f"<info><language>{language}</language><category>Met</category><event>{name}</event></info>"
        for language, name in zip(languages, ("first", "second"), strict=True)
    )
    assert event((infos, said)).kind == expected


def referring(kind: str, references: str) -> CityEvent:
    return event(
        (">cap-1<", ">cap-9<"), (">Alert<", f">{kind}<"), ("</scope>", f"</scope><references>{references}</references>")
    )


def test_an_update_is_about_the_first_message_it_refers_to() -> None:
    later, first = "q,cap-5,2026-11-22T03:00:00+08:00", "q,cap-1,2026-11-21T18:00:00Z"
    for kind, status in (("Update", "updated"), ("Cancel", "cancelled")):
        found = referring(kind, f"{later} {first}")
        assert (found.event, found.status) == ("cap-1", status)


def test_an_acknowledgement_is_about_a_message_and_not_about_the_event() -> None:
    assert referring("Ack", "q,cap-1,2026-11-21T18:00:00Z").event == "cap-9"


@pytest.mark.parametrize("references", ["", "cap-1", "q,cap-1,yesterday", "q,,2026-11-21T18:00:00Z"])
def test_an_update_that_refers_to_nothing_is_an_event_of_its_own(references: str) -> None:
    assert referring("Update", references).event == "cap-9"


def test_what_an_update_is_called_itself_is_kept_for_who_refers_to_it_alone() -> None:
    update = (
        (">Alert<", ">Update<"),
        ("</msgType>", "</msgType><references>s,cap-0,2026-11-22T03:00:00+08:00</references>"),
    )
    found = event(*update)
    assert (found.event, found.message) == ("cap-0", event().event)
    assert event().message == event((">Alert<", ">Update<")).message == "", "it begins an event of its own name"


def test_a_cancellation_may_say_no_more_than_what_it_cancels() -> None:
    infos = CAP[CAP.index("<info>") : CAP.rindex("</alert>")]
    found = event((">Alert<", ">Cancel<"), (infos, "<note>雨停了</note>"))
    assert (found.kind, found.title, found.status, found.lat) == ("cancel", "雨停了", "cancelled", None)
    assert refused(cap((infos, ""))).reason == "missing_field"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (">Actual<", ">actual<", "status"),
        (">Actual<", ">Live<", "status"),
        (">Alert<", ">Warning<", "msgType"),
        ("<status>Actual</status>", "", "status"),
        ("<msgType>Alert</msgType>", "", "msgType"),
        ("<sender>qxj@xining</sender>", "<sender> </sender>", "sender"),
        ("<sent>2026-11-22T03:30:00+08:00</sent>", "", "sent"),
        ("<event>暴雨</event>", "", "event"),
    ],
)
def test_what_decides_the_meaning_must_be_sure(old: str, new: str, field: str) -> None:
    found = refused(cap((old, new)))
    assert found.reason in ("bad_xml", "missing_field")
    assert field in found.detail


def test_an_alert_is_not_lost_for_a_word_that_decides_nothing() -> None:
    found = event(("<urgency>Immediate</urgency>", ""), ("<severity>Severe</severity>", "<severity>Orange</severity>"))
    assert found.grade == "Orange"


def test_who_warns_is_told_by_name() -> None:
    assert event().sender == "qxj@xining", "the message names nobody"
    named = event(("<headline>", "<senderName>西宁市气象台</senderName><headline>"))
    assert named.sender == "西宁市气象台"
    assert event(("<headline>", f"<senderName>{'台' * 5000}</senderName><headline>")).sender.startswith("台台")


def test_areas_are_named_together() -> None:
    found = event(("</area></info></alert>", "</area><area><areaDesc>城西区</areaDesc></area></info></alert>"))
    assert found.area == "城东区、城西区"


@pytest.mark.parametrize("declared", ["GB2312", "gbk", "GB18030", '"', "UTF-8"])
def test_gb_is_read_and_marked_where_it_does_not_say_so(declared: str) -> None:
    head = '<?xml version="1.0"?>' if declared == '"' else f'<?xml version="1.0" encoding="{declared}"?>'
    found = one("events", (head + CAP.partition("?>")[2]).encode("gbk"))
    assert isinstance(found, CityEvent)
    assert found.title == "暴雨橙色预警"
    assert found.marks == ("" if declared.lower().startswith("gb") else "gbk")


def test_utf_16_is_read() -> None:
    found = one("events", ('<?xml version="1.0" encoding="UTF-16"?>' + CAP.partition("?>")[2]).encode("utf-16"))
    assert isinstance(found, CityEvent)
    assert found.title == "暴雨橙色预警"


def test_bytes_that_say_they_are_something_else_are_refused() -> None:
    payload = ('<?xml version="1.0" encoding="Big5"?>' + CAP.partition("?>")[2]).encode("gbk")
    assert refused(payload).reason == "not_utf8"


# -- an area is a point

SQUARE = "36,101 37,101 37,102 36,102 36,101"
SMALLER = "10,10 10,11 11,11 10,10"


@pytest.mark.parametrize(
    ("polygons", "circles", "expected"),
    [
        ([SQUARE], [], (36.5, 101.5)),
        ([SMALLER, SQUARE], ["5,5 1"], (36.5, 101.5)),
        ([], ["36.6,101.7 12.5"], (36.6, 101.7)),
        ([], ["36.6,101.7 0", "1,1 1"], (36.6, 101.7)),
        (["36.6,101.7 36.6,101.7 36.6,101.7 36.6,101.7"], [], (36.6, 101.7)),
        ([], [], None),
        ([""], [""], None),
    ],
)
def test_a_point_of_an_area(polygons: list[str], circles: list[str], expected: Any) -> None:
    assert point(polygons, circles) == (expected, False)


def test_the_point_is_inside_where_the_middle_is_not() -> None:
    """A river's bend: the middle of what it floods is dry."""
    horseshoe = "0,0 0,3 3,3 3,2 1,2 1,1 3,1 3,0 0,0"
    found, _ = point([horseshoe], [])
    assert found is not None
    assert not (1 < found[0] < 3 and 1 < found[1] < 2)


def test_a_polygon_that_crosses_itself_still_has_a_point() -> None:
    assert point(["36,101 37,102 37,101 36,102 36,101"], [])[0] is not None


def test_a_knot_of_a_megabyte_is_a_point_soon() -> None:
    dice = Random(7)
    ring = [f"{dice.uniform(30, 40):.6f},{dice.uniform(95, 105):.6f}" for _ in range(45_000)]
    began = time.process_time()
    found = event(("36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.8", " ".join([*ring, ring[0]])))
    assert time.process_time() - began < 1.0  # most of it to read the numbers
    assert found.lat is not None


def test_longitude_first_is_turned() -> None:
    assert point(["101,36 101,37 102,37 102,36 101,36"], []) == ((36.5, 101.5), True)


@pytest.mark.parametrize(
    "text", ["here", "1,2,3", "36.5", "nan,nan", "inf,1 2,2 3,3 inf,1", "36,190", "95,95 96,95 96,96"]
)
def test_what_is_no_area(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        point([text], [])
    assert refusal.value.reason == "bad_place"
