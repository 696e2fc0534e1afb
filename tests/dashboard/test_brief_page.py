"""The brief as a page and as a PDF, against what was looked at and found good.

`python -m tests.dashboard.test_brief_page` writes the golden pages anew: look at them before they are committed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from config.read import read_words
from config.settings import SettingsError
from config.words import LANGUAGES
from dashboard.brief.compose import compose
from dashboard.brief.figures import Facts, Happening
from dashboard.brief.page import notice
from dashboard.brief.pdf import to_pdf
from dashboard.brief.write import render
from tests.dashboard.brief_day import OPEN, RED, at, facts, nothing_known, quiet

GOLDEN = Path(__file__).parent.parent / "golden"
DAYS: dict[str, Callable[[], Facts]] = {"brief": facts, "brief_quiet": quiet, "brief_failed": nothing_known}


def golden(name: str, language: str) -> Path:
    return GOLDEN / f"{name}.{language}.html"


def page(day: Facts, language: str) -> str:
    """The page without its style sheet, which says nothing."""
    return re.sub(r"<style>.*?</style>", "", render(day, "html", read_words(language)).decode(), flags=re.DOTALL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DAYS)
def test_the_page_is_as_it_was(name: str, language: str) -> None:
    assert page(DAYS[name](), language) == golden(name, language).read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DAYS)
def test_nothing_of_the_inside_shows(name: str, language: str) -> None:
    text = html.fromstring(page(DAYS[name](), language)).text_content()
    assert not re.search(r"None|nan|\{|\}|brief\.|Absent", text)


def test_a_failed_part_has_its_sentence_and_no_figure() -> None:
    tree = html.fromstring(page(nothing_known(), "zh-CN"))
    for key in ("warnings", "events", "rivers", "rain", "cases", "districts", "overdue", "air", "data"):
        (section,) = tree.find_class(key)
        assert "查询失败" in section.text_content()
        assert not section.findall(".//dd")
        assert not section.findall(".//table")


def test_marks_stand_before_the_first_number() -> None:
    text = page(facts(), "zh-CN")
    assert text.index("模拟数据") < text.index("385")
    assert "模拟数据" not in page(quiet(), "zh-CN")


def test_text_of_others_is_only_text() -> None:
    bad = replace(RED, actor="<script>alert(1)</script>", place={"zh-CN": '#eval(read("/etc/passwd")) $x$ *b*'})
    known = replace(facts(), warnings=(bad,))
    assert "<script>" not in page(known, "zh-CN")
    assert render(known, "pdf", read_words("zh-CN")).startswith(b"%PDF")


def test_the_page_asks_no_other_host_and_runs_no_script() -> None:
    text = render(facts(), "html", read_words("zh-CN")).decode().replace("http://www.w3.org/2000/svg", "")
    assert "http" not in text
    assert "<script" not in text


def pages(pdf: bytes) -> int:
    return max(int(found) for found in re.findall(rb"/Count (\d+)", pdf))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DAYS)
def test_pdf_is_one_page_in_chinese_and_at_most_two_in_english(name: str, language: str) -> None:
    pdf = render(DAYS[name](), "pdf", read_words(language))
    assert pages(pdf) <= (1 if language == "zh-CN" else 2)


def busy() -> Facts:
    """46 warnings, most of them long, on the day of the storm."""
    where = {"zh-CN": "大通回族土族自治县", "en": "Datong Hui and Tu Autonomous County"}
    many = tuple(replace(one, alert=str(n), place=where) for n, one in enumerate((RED, OPEN) * 23))
    return replace(facts(), warnings=many)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_of_a_day_with_46_warnings_is_no_longer(language: str) -> None:
    assert pages(render(busy(), "pdf", read_words(language))) <= (1 if language == "zh-CN" else 2)


def test_paper_is_no_phone() -> None:
    """A4 less its margins is narrower than 760 px: the cards of a phone made four sheets of one."""
    style = render(facts(), "html", read_words("zh-CN")).decode()
    assert re.findall(r"@media ([^{]*\(max-width[^{]*) {", style) == ["screen and (max-width: 760px)"]


def test_pdf_of_the_worst_day_has_two_pages() -> None:
    many = tuple(replace(OPEN, alert=str(n), actor="某某某" * 3) for n in range(40))
    events = (Happening("积水", "flood", "III", "processing", "630104", "应急局", at(14, 12)),) * 40
    assert pages(render(replace(facts(), warnings=many, events=events), "pdf", read_words("en"))) <= 2


def test_pdf_is_the_same_twice_and_quick() -> None:
    document = compose(facts(), read_words("zh-CN"))
    to_pdf(document, facts().made)  # reads the font once
    begun = time.perf_counter()
    first = to_pdf(document, facts().made)
    assert time.perf_counter() - begun < 2
    assert first == to_pdf(document, facts().made)


def test_pdf_carries_its_font() -> None:
    assert b"NotoSansCJKsc" in render(facts(), "pdf", read_words("zh-CN"))


def test_another_format_is_refused_with_a_sentence() -> None:
    with pytest.raises(SettingsError, match="cannot be written as 'docx' yet; write one of html, pdf"):
        render(facts(), "docx", read_words("zh-CN"))


def test_a_notice_escapes_what_was_asked() -> None:
    assert "<b>" not in notice("t", "<b>", "/brief/", "y", "en").replace("<body>", "")


if __name__ == "__main__":
    for name, day in DAYS.items():
        for language in LANGUAGES:
            golden(name, language).write_text(page(day(), language), "utf-8")
