"""Corrections after late data in the brief of the day of which they speak."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.read import read_words
from dashboard.brief.city_sections import warnings
from dashboard.brief.figures import Absent, Corrected, Standing
from tests.dashboard.brief_day import at, facts, quiet

TITLE, PLACE = {"zh-CN": "河道水位超警", "en": "River high"}, {"zh-CN": "湟水 西钢桥", "en": "Huangshui Xigang"}
RED = Standing("red", at(8), at(10, 30))
MISSED = Corrected(TITLE, PLACE, "", "missed", RED, None)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-CN", "应触发而未触发（按现有数据：红色 08:00 至 10:30；当时记录：无）"),
        ("en", "Should have fired (Red 08:00 to 10:30; told: nothing)"),
    ],
)
def test_a_correction_is_told(language: str, said: str) -> None:
    for day in (facts(), quiet()):
        text = " ".join(warnings(replace(day, corrections=(MISSED,)), read_words(language)).lead)
        assert said in text
        assert TITLE[language] in text


def test_many_are_counted() -> None:
    text = " ".join(warnings(replace(facts(), corrections=(MISSED,) * 9), read_words("en")).lead)
    assert "Corrected after late data: 9." in text
    assert text.count("Should have fired") == 3


def test_what_could_not_be_asked_is_said() -> None:
    text = " ".join(warnings(replace(facts(), corrections=Absent("failed")), read_words("en")).lead)
    assert "could not be asked" in text
