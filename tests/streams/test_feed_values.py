"""Times and numbers as foreign feeds write them, and what becomes of those that are not clear."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.sources import Source
from streams.feed_values import Times, is_nothing, number_of, text_of
from streams.parse_fields import Refusal

SHANGHAI, ANGELES = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Los_Angeles")


def source(**more: Any) -> Source:
    return Source.model_validate({"topic": "iot", "format": "csv", **more})


def ms(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        ("2026-07-21T16:42:00+08:00", "iso", "2026-07-21T08:42:00Z"),
        ("2026-07-21T16:42:00Z", "iso", "2026-07-21T16:42:00Z"),
        ("2026-07-21 16:42", "iso", "2026-07-21T08:42:00Z"),
        ("2026-07-21T08:00:00Z/2026-07-21T08:05:00Z", "iso", "2026-07-21T08:05:00Z"),
        (1784623320, "epoch_s", "2026-07-21T08:42:00Z"),
        ("1784623320.5", "epoch_s", "2026-07-21T08:42:00.500Z"),
        (1784623320000, "epoch_ms", "2026-07-21T08:42:00Z"),
        ("21/07/2026 16:42", "%d/%m/%Y %H:%M", "2026-07-21T08:42:00Z"),
        ("07/21/2026 04:42:00 PM", "%m/%d/%Y %I:%M:%S %p", "2026-07-21T08:42:00Z"),
        ("2026年7月21日 16:42", "%Y年%m月%d日 %H:%M", "2026-07-21T08:42:00Z"),
        (20260721, "%Y%m%d", "2026-07-20T16:00:00Z"),
        ("21.07.2026 16:42 +0000", "%d.%m.%Y %H:%M %z", "2026-07-21T16:42:00Z"),
    ],
)
def test_a_time_in_one_form(value: object, form: str, expected: str) -> None:
    assert Times((form,), SHANGHAI, "earlier")(value, "at", []) == ms(expected)


def test_the_first_form_that_fits_is_taken() -> None:
    read = Times(("%d/%m/%Y", "%m/%d/%Y", "epoch_s"), SHANGHAI, "earlier")
    assert read("03/04/2026", "at", []) == ms("2026-04-03T00:00:00+08:00")
    assert read("04/13/2026", "at", []) == ms("2026-04-13T00:00:00+08:00")
    assert read("1784623320", "at", []) == ms("2026-07-21T08:42:00Z")


@pytest.mark.parametrize(
    "value", ["", "yesterday", "31/02/2026", None, True, [], {}, "1e999", float("nan"), float("inf"), 10**30]
)
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(Refusal) as refusal:
        Times(("iso", "epoch_s", "epoch_ms", "%d/%m/%Y"), SHANGHAI, "earlier")(value, "at", [])
    assert refusal.value.reason == "bad_time"


def test_a_local_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        Times(("iso",), None, "earlier")("2026-07-21 16:42", "at", [])
    assert refusal.value.reason == "time_without_offset"
    assert "the key zone tells it" in refusal.value.detail


@pytest.mark.parametrize(
    ("clock_change", "expected"), [("earlier", "2025-11-02T01:30:00-07:00"), ("later", "2025-11-02T01:30:00-08:00")]
)
def test_an_hour_that_is_there_twice(clock_change: str, expected: str) -> None:
    marks: list[str] = []
    assert Times(("iso",), ANGELES, clock_change)("2025-11-02 01:30:00", "at", marks) == ms(expected)
    assert marks == ["clock_change"]


@pytest.mark.parametrize("clock_change", ["earlier", "later"])
def test_an_hour_that_is_not_there_is_of_a_clock_that_nobody_changed(clock_change: str) -> None:
    marks: list[str] = []
    at = Times(("iso",), ANGELES, clock_change)("2026-03-08 02:30:00", "at", marks)
    assert at == ms("2026-03-08T02:30:00-08:00")
    assert marks == ["clock_change"]


@pytest.mark.parametrize("at", ["2025-11-02 01:30:00", "2026-03-08 02:30:00"])
def test_an_unclear_hour_can_be_refused(at: str) -> None:
    with pytest.raises(Refusal, match="bad_time"):
        Times(("iso",), ANGELES, "reject")(at, "at", [])


def test_an_offset_leaves_nothing_unclear() -> None:
    marks: list[str] = []
    read = Times(("iso",), ANGELES, "reject")
    assert read("2025-11-02T01:30:00-08:00", "at", marks) - read("2025-11-02T01:30:00-07:00", "at", marks) == 3_600_000
    assert not marks


@pytest.mark.parametrize(
    ("value", "keys", "expected"),
    [
        ("1.5", {}, 1.5),
        (" -2 ", {}, -2.0),
        ("1,234.5", {"thousands": ","}, 1234.5),
        ("1.234,5", {"thousands": ".", "decimal": ","}, 1234.5),
        ("3,5", {"decimal": ","}, 3.5),
        (7, {}, 7.0),
        ("１０１．８１", {}, 101.81),
        ("－４，５", {"decimal": "，"}, -4.5),
        ("0.260|0.267", {"several": "first"}, 0.260),
        ("0.260|0.267", {"several": "last"}, 0.267),
        ("0.260|0.267", {"several": "least"}, 0.260),
        ("0.260|0.267", {"several": "greatest"}, 0.267),
        ("1/2/6", {"several": "mean", "separator": "/"}, 3.0),
    ],
)
def test_a_number(value: object, keys: dict[str, Any], expected: float) -> None:
    marks: list[str] = []
    assert number_of(value, "value", source(**keys), marks) == expected
    assert marks == (["several"] if "several" in keys else [])


@pytest.mark.parametrize(
    "value", ["", "x", "1,5", "1_000", "nan", "inf", True, [], None, float("nan"), 10**400, "0.2|x", "5²", "½"]
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(Refusal) as refusal:
        number_of(value, "value", source(several="last"), [])
    assert refusal.value.reason == "bad_value"
    with pytest.raises(Refusal, match="bad_place"):
        number_of(value, "lat", source(several="last"), [])


def test_several_numbers_are_refused_unless_one_is_chosen() -> None:
    with pytest.raises(Refusal, match="several_numbers"):
        number_of("0.260|0.267", "value", source(), [])


def test_a_text() -> None:
    assert [text_of(value, "title") for value in (" a ", 7, 7.5, True, False)] == ["a", "7", "7.5", "true", "false"]
    with pytest.raises(Refusal, match="bad_text"):
        text_of({"a": 1}, "title")


def test_nothing() -> None:
    assert [is_nothing(value, ("无",)) for value in (None, "", "  ", " 无 ", 0, False, "0")] == [True] * 4 + [False] * 3
