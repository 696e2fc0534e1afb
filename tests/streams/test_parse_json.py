"""From bytes to text: UTF-8, else GB 18030, else what can be read of it."""

from __future__ import annotations

import json
from random import Random

import pytest

from streams.parse_fields import Refusal
from streams.parse_json import decoded, read_object

COMMON = (
    "西宁市城东区雨量站水位超警戒请立即处置路灯不亮井盖缺失污水外溢积水严重车辆拥堵供暖不足噪声扰民占道经营违章建筑"
)


def texts(count: int, least: int) -> list[str]:
    dice = Random(3)
    return ["".join(dice.choices(COMMON, k=dice.randint(least, 20))) for _ in range(count)]


def test_utf_8_is_never_taken_for_anything_else() -> None:
    for text in (*texts(100, 1), "", "ascii", "😀", "\ufeffmark"):
        assert decoded(text.encode()) == (text.removeprefix("\ufeff"), "")


def test_gbk_is_read_as_it_was_written() -> None:
    for text in texts(2_000, 4):
        assert decoded(f'{{"a":"{text}"}}'.encode("gbk")) == (f'{{"a":"{text}"}}', "gbk")


def test_characters_of_gb_18030_alone_are_read() -> None:
    assert decoded('{"a":"㐀𠀀镕"}'.encode("gb18030")) == ('{"a":"㐀𠀀镕"}', "gbk")


def test_utf_8_that_lost_a_byte_is_hardly_ever_taken_for_gbk() -> None:
    dice, wrong = Random(4), 0
    for text in texts(2_000, 4):
        damaged = bytearray(f'{{"a":"{text}"}}'.encode())
        del damaged[dice.randrange(6, len(damaged) - 2)]
        wrong += decoded(bytes(damaged))[1] != "broken"
    assert wrong <= 10


def test_of_what_is_neither_the_rest_can_be_read() -> None:
    found = read_object(b'{"a":"\xff","b":"rain"}')
    assert found["b"] == "rain"
    assert found.encoding == "broken"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [(b"\xff\xfe", "not_utf8"), ("暴雨".encode("gbk"), "not_utf8"), (b"rain", "not_json"), (b"[1]", "wrong_shape")],
)
def test_what_is_no_object(payload: bytes, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_object(payload)
    assert refusal.value.reason == reason


def test_readings_that_can_be_read_are_not_taken_for_gbk_for_what_nobody_reads() -> None:
    reading = '{"device":"雨¡","metric":"rain","note":"?"}'.encode().replace(b"?", b"\xb1\xb1")
    for payload in (reading, b'{"readings":[' + reading + b"]}"):
        found = read_object(payload)
        assert found.get("readings", [found])[0]["device"] == "雨¡"
    assert read_object(reading.replace("雨¡".encode(), "雨量".encode("gbk")))["device"] == "雨量"


def test_a_mark_sticks_to_the_first_name_only_where_that_must_be_there() -> None:
    for name, marked in (("device", True), ("case", True), ("lat", False), ("quality", False)):
        found = read_object(json.dumps({f"\ufeff{name}": 1, "x": 2}).encode())
        assert (name in found) is marked
        assert ("cleaned" in found.marks) is marked


def test_a_name_that_is_there_is_not_overwritten() -> None:
    assert read_object(json.dumps({"\ufeffdevice": "a", "device": "b"}).encode())["device"] == "b"
