"""Corrections in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.corrections import VERDICTS, Correction, Lateness
from alerts.episodes import Episode
from alerts.hindsight import reason, sentence
from config.read import read_city, read_words
from tests.alerts.made import MINUTE, rule

ZONE = read_city("xining").zone
START = 1_626_739_200_000  # 2021-07-20 08:00 in the city
HOUR = 60 * MINUTE
RED = Episode("red", START, START + 2 * HOUR, 5.3)
LATE = Lateness("iot", 8, "wl-1", 1, 72 * HOUR + MINUTE)
MISSED = Correction(START + 3 * HOUR, START, "made", "v", "a", "missed", RED, None, LATE)


def test_what_was_missed() -> None:
    assert sentence(MISSED, rule(), read_words("en"), ZONE) == (
        "Should have fired. By what is known now: Red 07-20 08:00 to 07-20 10:00, at worst 5.3 m. Told: nothing. "
        "Late data: 8 readings from wl-1, up to 3 d late."
    )
    assert sentence(MISSED, rule(), read_words("zh-CN"), ZONE) == (
        "应触发而未触发。按现有数据：红色 07-20 08:00 至 07-20 10:00，最不利值 5.3 m；当时记录：无。"
        "数据迟到：wl-1 的 8 条读数，最多迟到 3 天。"
    )


def test_what_goes_on_and_who_else_was_late() -> None:
    open_still = replace(
        MISSED, now=replace(RED, until=None, peak=None), lateness=replace(LATE, devices=3, late=HOUR // 2)
    )
    told = sentence(open_still, rule(), read_words("en"), ZONE)
    assert "Red 07-20 08:00 to not ended." in told
    assert "8 readings from wl-1 and 2 more, up to 30 min late" in told
    assert "wl-1 等 3 个设备的 8 条读数" in sentence(open_still, rule(), read_words("zh-CN"), ZONE)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_everything_has_words(language: str) -> None:
    words = read_words(language)
    assert all(words.has(f"late.verdict.{verdict}") for verdict in VERDICTS)
    assert "7" in reason(Lateness("cases", 7, late=HOUR), words)
