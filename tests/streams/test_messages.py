"""What is taken, mended and refused: the table of streams/messages.py, line by line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streams.messages import BIGGEST, KEPT_OF_BIG, parse
from streams.parse_fields import DAY, HOUR
from streams.parse_reading import MOST_READINGS
from streams.records import STAGES, CaseStep, CityEvent, Item, Reading, Rejected

NOW = 1_795_289_624_749  # 2026-11-21T19:33:44.749Z
READING: dict[str, Any] = {"device": "rain-001", "metric": "rain", "at": NOW, "value": 1.5, "lat": 36.6, "lon": 101.7}
STEP: dict[str, Any] = {"case": "c-1", "at": NOW, "stage": "filed"}
EVENT: dict[str, Any] = {
    "event": "e-1",
    "at": NOW,
    "kind": "fire",
    "title": "火情",
    "status": "active",
    "source": "119",
}
CAP = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>cap-1</identifier><sender>qxj@xining</sender>
<sent>2026-11-22T03:30:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>en-US</language><category>Met</category><event>rainstorm</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty></info>
<info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty><headline>暴雨橙色预警</headline>
<description>未来三小时</description>
<area><areaDesc>城东区</areaDesc><polygon>36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.8</polygon></area></info></alert>"""


def one(stream: Any, message: Any) -> Item:
    """The only item of a message, given as bytes or as what JSON is made of."""
    (item,) = parse(stream, message if isinstance(message, bytes) else json.dumps(message).encode(), NOW)
    return item


def reason(stream: Any, message: Any) -> str:
    item = one(stream, message)
    assert isinstance(item, Rejected)
    assert item.detail
    return item.reason


def test_a_reading_is_taken() -> None:
    assert one("iot", READING) == Reading("rain-001", "rain", NOW, 1.5, "", 36.6, 101.7)


@pytest.mark.parametrize(
    "at",
    [
        NOW,
        float(NOW),
        "2026-11-22T03:33:44.749+08:00",
        "2026-11-21T19:33:44.749Z",
        "2026-11-22T03:33:44.749+0800",
        "20261121T193344.749Z",
    ],
)
def test_times_come_in_two_ways(at: Any) -> None:
    item = one("iot", READING | {"at": at})
    assert isinstance(item, Reading)
    assert item.at == NOW


def test_a_gateway_brings_many_and_one_bad_does_not_spoil_the_others() -> None:
    bad = READING | {"value": "wet"}
    items = parse("iot", json.dumps({"readings": [READING, bad, READING | {"device": "rain-002"}]}).encode(), NOW)
    assert [type(item) for item in items] == [Reading, Rejected, Reading]
    rejected = items[1]
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "bad_value"
    assert "value" in rejected.detail
    assert json.loads(rejected.raw) == bad


def test_a_batch_without_faults_is_what_its_readings_are_alone() -> None:
    readings = [READING | {"device": f"d-{number}", "value": number} for number in range(5)]
    together = parse("iot", json.dumps({"readings": readings}).encode(), NOW)
    assert list(together) == [one("iot", reading) for reading in readings]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", "empty"),
        (b" " * (BIGGEST + 1), "too_big"),
        (b"\xff\xfe", "not_utf8"),
        ("暴雨".encode("gbk"), "not_utf8"),
        (b"{", "not_json"),
        (b"rain 1.5", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"<alert/>", "not_json"),
        (b"[]", "wrong_shape"),
        (b"null", "wrong_shape"),
        (b'{"readings": {}}', "wrong_shape"),
        (b'{"readings": []}', "wrong_shape"),
        (b'{"readings": [' + b"0," * MOST_READINGS + b"0]}", "wrong_shape"),
    ],
)
def test_what_is_no_message(payload: bytes, expected: str) -> None:
    assert reason("iot", payload) == expected


def test_no_bytes_at_all_is_a_tombstone() -> None:
    (item,) = parse("iot", None, NOW)
    assert isinstance(item, Rejected)
    assert item.reason == "empty"


def test_of_a_message_that_is_too_big_the_beginning_is_kept() -> None:
    item = one("iot", b"x" * (BIGGEST + 1))
    assert isinstance(item, Rejected)
    assert len(item.raw) == KEPT_OF_BIG


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"device": None}, "missing_field"),
        ({"device": "  "}, "missing_field"),
        ({"metric": ""}, "missing_field"),
        ({"device": ["a"]}, "bad_text"),
        ({"device": "\ud800"}, "bad_text"),
        ({"device": "x" * 257}, "too_long"),
        ({"at": None}, "missing_field"),
        ({"at": "yesterday"}, "bad_time"),
        ({"at": True}, "bad_time"),
        ({"at": "2026-11-21T19:33:44"}, "time_without_offset"),
        ({"at": NOW - 401 * DAY}, "time_too_old"),
        ({"at": NOW // 1000 - 401 * 86_400}, "time_too_old"),
        ({"at": "20261121193344"}, "bad_time"),
        ({"at": NOW + HOUR + 1}, "time_in_future"),
        ({"value": None}, "missing_field"),
        ({"value": "1,5"}, "bad_value"),
        ({"value": "NaN"}, "bad_value"),
        ({"value": ""}, "missing_field"),
        ({"value": "0.260|0.267"}, "bad_value"),
        ({"value": True}, "bad_value"),
        ({"value": float("nan")}, "bad_value"),
        ({"value": float("inf")}, "bad_value"),
        ({"value": 10**400}, "bad_value"),
        ({"value": -999}, "sentinel_value"),
        ({"value": -9999.0}, "sentinel_value"),
        ({"value": -99999}, "sentinel_value"),
        ({"value": -999999}, "sentinel_value"),
        ({"value": 1e308}, "implausible"),
        ({"metric": "rain", "value": -50}, "implausible"),
        ({"metric": "rain", "value": 500.1}, "implausible"),
        ({"lat": 91}, "bad_place"),
        ({"lon": -180.5}, "bad_place"),
        ({"lat": "36°36'N"}, "bad_place"),
        ({"lat": 4053210.5, "lon": 512345.5}, "bad_place"),
        ({"lat": float("inf")}, "bad_place"),
        ({"unit": "kg"}, "wrong_unit"),
        ({"unit": ["mm"]}, "bad_text"),
        ({"datum": "Pulkovo 1942"}, "unknown_datum"),
        ({"quality": {"a": 1}}, "bad_text"),
    ],
)
@pytest.mark.parametrize("together", [False, True])
def test_a_reading_is_refused_for_a_reason(change: dict[str, Any], expected: str, together: bool) -> None:
    reading = READING | change
    assert reason("iot", {"readings": [reading]} if together else reading) == expected


@pytest.mark.parametrize("stream", ["iot", "cases", "events", "devices"])
@pytest.mark.parametrize("payload", [b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"[" * 500_000])
def test_what_is_nested_without_end_is_refused(stream: Any, payload: bytes) -> None:
    assert [item.reason for item in parse(stream, payload, NOW) if isinstance(item, Rejected)] == ["not_json"]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    ("quality", "stored"),
    [("Bad", "bad"), ("suspect,x", "suspect"), ("ERROR 7", "error"), ("Ice", "Ice"), ("", "")],
)
def test_a_reading_that_is_not_to_be_used_says_so_in_one_word(quality: str, stored: str, together: bool) -> None:
    reading = READING | {"quality": quality, **({"lat": 0, "lon": 0} if quality == "Bad" else {})}
    (found,) = parse("iot", json.dumps({"readings": [reading]} if together else reading).encode(), NOW)
    assert isinstance(found, Reading)
    assert found.quality == stored


@pytest.mark.parametrize("change", [{"lat": 0, "lon": 0}, {"lat": None}, {"lon": None}])
def test_half_a_place_and_the_gulf_of_guinea_are_no_place(change: dict[str, Any]) -> None:
    assert one("iot", READING | change) == Reading("rain-001", "rain", NOW, 1.5, "no_place", None, None)


def test_a_reading_keeps_what_its_source_says_of_its_quality() -> None:
    item = one("iot", READING | {"quality": "Ice", "lat": 0, "lon": 0})
    assert isinstance(item, Reading)
    assert item.quality == "Ice,no_place"


def test_small_kindnesses() -> None:
    """A byte order mark, a number as identifier, fields that nobody knows."""
    assert isinstance(one("iot", b"\xef\xbb\xbf" + json.dumps(READING).encode()), Reading)
    item = one("iot", READING | {"device": 17, "battery": 3.3})
    assert isinstance(item, Reading)
    assert item.device == "17"


def test_the_edges_of_time_are_inside() -> None:
    for at in (NOW - 400 * DAY, NOW + HOUR):
        assert isinstance(one("iot", READING | {"at": at}), Reading)


def test_a_case_step_with_all_it_can_say() -> None:
    told = {"category": "市容环境", "title": "占道", "text": "…", "lat": 36.6, "lon": 101.7, "district": "630102"}
    more = {"channel": "12345", "department": "城管局", "due": NOW + DAY, "contact": "王"}
    item = one("cases", STEP | told | more)
    assert isinstance(item, CaseStep)
    assert (item.category, item.district, item.due, item.contact) == ("市容环境", "630102", NOW + DAY, "王")


def test_a_case_step_says_no_more_than_it_must() -> None:
    item = one("cases", STEP)
    assert item == CaseStep("c-1", NOW, "filed", "", "", "", None, None, "", "", "", None, "")


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_of_the_standard_is_known(stage: str) -> None:
    assert isinstance(one("cases", STEP | {"stage": stage}), CaseStep)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"stage": "lost"}, "unknown_stage"),
        ({"stage": None}, "missing_field"),
        ({"case": None}, "missing_field"),
        ({"due": "soon"}, "bad_time"),
        ({"due": 1e30}, "bad_time"),
    ],
)
def test_a_case_step_is_refused_for_a_reason(change: dict[str, Any], expected: str) -> None:
    assert reason("cases", STEP | change) == expected


def test_an_event_is_taken() -> None:
    item = one("events", EVENT | {"class": "事故灾难", "grade": "III", "area": "城东区"})
    assert item == CityEvent("e-1", NOW, "fire", "事故灾难", "III", "火情", "", None, None, "城东区", "active", "119")


@pytest.mark.parametrize("field", ["event", "at", "kind", "title", "status", "source"])
def test_an_event_lacks_a_field(field: str) -> None:
    item = one("events", EVENT | {field: None})
    assert isinstance(item, Rejected)
    assert item.reason == "missing_field"
    assert field in item.detail


def test_a_cap_alert_is_an_event_in_chinese() -> None:
    item = one("events", CAP.encode())
    assert item == CityEvent(
        *("cap-1", 1_795_289_400_000, "暴雨", "Met", "Severe", "暴雨橙色预警", "未来三小时"),
        *(36.575, 101.85, "城东区", "active", "qxj@xining"),
        outline="36.5,101.8 36.6,101.8 36.6,101.9 36.5,101.8",
    )


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [("Actual", "Cancel", "cancelled"), ("Actual", "Update", "updated"), ("Exercise", "Alert", "exercise")],
)
def test_an_exercise_is_never_taken_for_an_alert(status: str, kind: str, expected: str) -> None:
    item = one("events", CAP.replace(">Actual<", f">{status}<").replace(">Alert<", f">{kind}<").encode())
    assert isinstance(item, CityEvent)
    assert item.status == expected


def test_a_circle_gives_its_centre() -> None:
    polygon = CAP[CAP.index("<polygon>") : CAP.index("</area>")]
    item = one("events", CAP.replace(polygon, "<circle>36.62,101.77 12.5</circle>").encode())
    assert isinstance(item, CityEvent)
    assert (item.lat, item.lon) == (36.62, 101.77)


BOMB = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>'


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"<alert", "bad_xml"),
        (b"<a/>", "bad_xml"),
        (b"<!---->", "bad_xml"),
        (CAP.replace("cap:1.2", "cap:1.1").encode(), "bad_xml"),
        (CAP.replace("<alert", f"{BOMB}<alert", 1).encode(), "bad_xml"),
        (CAP.replace("<alert", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><alert', 1).encode(), "bad_xml"),
        (CAP.replace("<sent>2026", "<sent>2019").encode(), "time_too_old"),
        (CAP.replace("+08:00", "").encode(), "time_without_offset"),
        (CAP.replace("<identifier>cap-1</identifier>", "").encode(), "missing_field"),
        (CAP.replace("36.5,101.8 ", "here ", 1).encode(), "bad_place"),
        (CAP.replace("36.5,101.8 ", "nan,nan ", 1).encode(), "bad_place"),
    ],
)
def test_a_cap_alert_is_refused_for_a_reason(payload: bytes, expected: str) -> None:
    assert reason("events", payload) == expected
