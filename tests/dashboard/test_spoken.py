"""What is Chinese within an English text says so, and nothing is lost or moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts.explain import headline
from alerts.watches import Official
from config.read import read_words
from dashboard.spoken import marked
from dashboard.telling import Teller
from tests.dashboard.moments import NOW, alerts, book, city


def told(text: str, language: str = "en") -> list[Any]:
    return [one if isinstance(one, str) else (one.lang, one.children) for one in marked(text, language)]


def test_runs_of_chinese_are_marked_for_a_reader_of_english() -> None:
    assert told("Issued by 西宁市气象台: 暴雨红色预警信号，3小时内 (CMA)") == [
        "Issued by ", ("zh-CN", "西宁市气象台"), ": ", ("zh-CN", "暴雨红色预警信号，3小时内"), " (CMA)",
    ]  # fmt: skip
    assert told("nothing of it, 24 h") == ["nothing of it, 24 h"]
    assert told("") == []


def test_a_chinese_page_needs_no_marks() -> None:
    assert told("西宁 rain-017", "zh-CN") == ["西宁 rain-017"]


@pytest.mark.parametrize(
    ("title", "zh", "en"),
    [
        ("西宁市气象台发布暴雨红色预警信号", "官方暴雨红色预警", "Rainstorm, red (official)"),
        ("雷雨大风红色预警", "官方雷雨大风红色预警", "Thunderstorm gale, red (official)"),
        ("空间天气红色预警", "官方空间天气红色预警", "Official warning"),
    ],
)
def test_an_official_warning_is_called_by_its_hazard_in_every_language(title: str, zh: str, en: str) -> None:
    found = next(one for one in book().rules if isinstance(one.watch, Official))
    alert = replace(alerts(NOW)[0], rule=found.key, level="red", detail={"title": title})
    for language, said in (("zh-CN", zh), ("en", en)):
        words = read_words(language)
        assert headline(alert, found, words) == said == Teller(book(), city(), words).headline(alert)
    assert len(zh) <= 10
